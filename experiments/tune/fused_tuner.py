"""A keras-tuner `Tuner` that trains many trials at a time, as one compiled program."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import keras
import keras_tuner
import numpy as np

from experiments.journal import Outcome
from experiments.tasks import Data
from experiments.train.fused.plan import plan
from experiments.train.fused.progress import Progress
from experiments.train.fused.trainer import Trainer
from experiments.trial import Trial
from experiments.tune.built import INITIAL_EPOCH, BuiltCells, assign
from experiments.tune.compiled_model import CannotStack, Compiled, compiled, targets
from experiments.tune.listed_oracle import SEED, ListedOracle
from experiments.tune.oracles import asked
from experiments.tune.safe_files import keep_files_safe

_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data", "shuffle")
_HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "pre_create_trial",
    "_build_and_fit_model",
)
_BAYESIAN = 8  # trials at once where nothing else is asked for, as of `ablations tune`
_DIVERGED = "diverged"


class FusedTuner(keras_tuner.Tuner):
    """keras-tuner's `Tuner`, with any of its oracles, for a `build(hp)` or a `HyperModel` as it is.

    `search(x, y, validation_data=…, epochs=…, batch_size=…)` takes what `fit` takes. Trials that can be stacked train
    together; whatever has no fused form (callbacks, a `run_trial`, hooks or `HyperModel.fit` of one's own, data sets,
    layers without a stacking rule, workers of a chief) is trained by keras-tuner's own loop, and a line says why.

    What differs from keras-tuner: a score is that of the last epoch, not of the best; executions of a trial have
    the seeds 0, 1, …, the same for all trials (those of a `FactorialOracle` or `AblationOracle` with more seeds go on
    from there), and each is a row of `executions.csv` in the project's folder, its
    epochs in `history.csv`; a trial that diverges is failed and ends no search, only errors in a row do.

    Arguments:
        oracle: a `keras_tuner.Oracle`.
        hypermodel: a `HyperModel`, or a function of `HyperParameters` that gives a compiled model.
        together: how many trials are asked for at once, at least 1; None for 8 of a Bayesian oracle, as many as there
            are of any other. An oracle that learns from scores sees fewer of them the more are asked for at once.
        Others are those of `keras_tuner.Tuner`, such as `executions_per_trial`, `directory`, `project_name`.

    Example:

    >>> import tempfile
    >>> def build(hp):
    ...     units, rate = hp.Int("units", 2, 4), hp.Float("rate", 1e-3, 1e-1, sampling="log")
    ...     model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, "tanh"), keras.layers.Dense(1)])
    ...     model.compile(keras.optimizers.Adam(rate), "mse")
    ...     return model
    >>> oracle = keras_tuner.oracles.RandomSearchOracle(objective="val_loss", max_trials=4, seed=1)
    >>> tuner = FusedTuner(oracle, build, directory=tempfile.mkdtemp(), project_name="rates")
    >>> x = np.random.default_rng(0).normal(size=(60, 2)).astype("float32")
    >>> tuner.search(x[:40], x[:40, :1], validation_data=(x[40:], x[40:, :1]), epochs=2, verbose=0)
    >>> len(tuner.oracle.end_order), sorted(tuner.get_best_hyperparameters()[0].values)
    (4, ['rate', 'units'])
    """

    def __init__(
        self, oracle: keras_tuner.Oracle, hypermodel: Any = None, *, together: int | None = None, **options: Any
    ):
        if together is not None and together < 1:
            raise ValueError(f"together: got {together!r}, expected a whole number of at least 1, or None")
        self.together = together
        self._weights: dict[str, list[np.ndarray]] = {}
        self._models: dict[tuple[str, int], keras.Model] = {}  # built and not yet trained, by trial and seed
        self._shape: tuple[int | None, ...] = ()  # of a batch of examples
        # the oracle would count what diverges as well
        self._errors, self._most_errors = 0, oracle.max_consecutive_failed_trials
        oracle.max_consecutive_failed_trials = 2**31
        keep_files_safe(oracle)
        super().__init__(oracle, hypermodel, **options)
        self._again = set(oracle._retry_queue)  # in flight when an earlier search ended: they may have rows already

    def reload(self) -> None:
        """Take up the search of the project's folder. (Of the tuner itself nothing is kept.)"""
        if not self._is_worker():
            self.oracle.reload()

    def search(self, *arguments: Any, **options: Any) -> None:
        """Search until the oracle is at its end; arguments are those of `keras.Model.fit`."""
        given = dict(zip(_FIT, arguments, strict=False)) | options
        try:
            data, form = self._prepared(given)
        except CannotStack as error:
            print(f"trials train one by one, by keras-tuner: {error}")
            super().search(*arguments, **options)
            return
        self.oracle.verbose = given.get("verbose", 1)
        self.on_search_begin()
        while some := asked(self.oracle, self._count(), self._see):
            self._train(some, data, form, given)
        self.on_search_end()
        for kept in Path(self.project_dir).glob("trial_*/progress-*.npz"):
            kept.unlink()

    def run_trial(self, trial: Any, *arguments: Any, **options: Any) -> Any:
        """Train a trial by itself, as keras-tuner does; of Hyperband for the epochs of its round."""
        if "tuner/epochs" in trial.hyperparameters.values:
            options["epochs"] = trial.hyperparameters.values["tuner/epochs"]
        return super().run_trial(trial, *arguments, **options)

    def on_trial_end(self, trial: Any) -> None:
        """Tell the oracle; RuntimeError after as many trials in a row with an error as the oracle allows."""
        super().on_trial_end(trial)
        status = self.oracle.get_trial(trial.trial_id).status
        if status == "FAILED" and trial.message not in (None, _DIVERGED):
            self._errors += 1
            if self._errors >= self._most_errors:
                raise RuntimeError(f"{self._errors} trials in a row failed, the last one with\n{trial.message}")
        elif status != "INVALID":  # which is tried again
            self._errors = 0

    def _count(self) -> int:
        """How many trials to ask for at once."""
        bayesian = isinstance(self.oracle, keras_tuner.oracles.BayesianOptimizationOracle)
        return self.together or (_BAYESIAN if bayesian else len(self.oracle.trials) + 256)

    def _see(self, trial: Any) -> None:
        """Build a trial's model at once, as keras-tuner does before the next trial: it may have new parameters."""
        seed = self._seeds(trial)[0]
        keras.utils.set_random_seed(seed)
        try:
            self._models[trial.trial_id, seed] = self._built(trial.hyperparameters)
        except Exception:
            return  # it is built again when the trial is planned, and told there
        self.oracle.update_space(trial.hyperparameters)
        self.oracle._record_values(trial)

    def _seeds(self, trial: Any) -> range:
        """The seeds of a trial's executions."""
        place = trial.hyperparameters.values.get(SEED, 0) if isinstance(self.oracle, ListedOracle) else 0
        return range(place * self.executions_per_trial, (place + 1) * self.executions_per_trial)

    def _prepared(self, given: dict[str, Any]) -> tuple[Data, Compiled]:
        """The data of all trials, and the form of their models; CannotStack where keras-tuner's loop is needed."""
        own = type(self)
        if own.run_trial is not FusedTuner.run_trial:
            raise CannotStack(f"{own.__name__} has a run_trial of its own")
        if hooks := [name for name in _HOOKS if getattr(own, name) is not getattr(FusedTuner, name)]:
            raise CannotStack(f"{own.__name__} has hooks of its own ({hooks[0]})")
        if type(self.hypermodel).fit is not keras_tuner.HyperModel.fit:
            raise CannotStack(f"{type(self.hypermodel).__name__} has a fit of its own")
        if "KERASTUNER_ORACLE_IP" in os.environ or self.distribution_strategy is not None:
            raise CannotStack("it is one of many workers")
        if unusual := [name for name, value in given.items() if value is not None and name not in _FIT]:
            raise CannotStack(f"search's {unusual[0]}")
        if given.get("callbacks"):
            raise CannotStack("callbacks see one model at a time")
        if given.get("shuffle", True) is not True:
            raise CannotStack("search's shuffle")
        arrays = [given.get("x"), given.get("y")]
        validation = given.get("validation_data")
        share = given.get("validation_split") or 0.0
        if any(not hasattr(one, "__array__") for one in arrays):
            raise CannotStack("the data are no arrays")
        if validation is None and not share:
            raise CannotStack("there are no validation data")
        if validation is not None and (
            len(validation) != 2 or any(not hasattr(one, "__array__") for one in validation)
        ):
            raise CannotStack("the validation data are no pair of arrays")
        self._shape = (None, *np.shape(arrays[0])[1:])
        form = compiled(self._built(self.oracle.get_space()))
        if self.oracle.objective.name not in ("val_loss", *(f"val_{name}" for name in form.metrics)):
            raise CannotStack(f"the objective {self.oracle.objective.name}")
        return _together(arrays, validation, share, form), form

    def _train(self, some: list[Any], data: Data, form: Compiled, given: dict[str, Any]) -> None:
        epochs, size = given.get("epochs", 1), given.get("batch_size") or 32
        cells = BuiltCells(self._of_values, data, form, self._models, self.max_model_size)
        by_id = {trial.trial_id: trial for trial in some}
        trials: dict[str, list[Trial]] = {}
        before = {trial.trial_id: self._before(trial) for trial in some}
        for trial in some:
            values = trial.hyperparameters.values
            settings = {
                "values": values,
                "batch_size": size,
                "epochs": values.get("tuner/epochs", epochs),
                INITIAL_EPOCH: before[trial.trial_id][0].epoch if before[trial.trial_id] else 0,
                "patience": 0,
                "schedule": {"name": "constant"},
            }
            trials[trial.trial_id] = [Trial({"trial": trial.trial_id}, settings, seed) for seed in self._seeds(trial)]
        everything = [one for own in trials.values() for one in own]
        chunks, refused = plan(cells.study, everything, cells)  # type: ignore[arg-type]
        by_place = {(one.cell, one.seed): one for one in everything}
        outcomes: dict[str, Outcome] = {}
        for chunk in chunks:
            of_pair = {pair: by_id[by_place[pair].parts["trial"]] for pair in chunk.trials}
            start = {
                (cell, seed): before[trial.trial_id][self._seeds(trial).index(seed)]
                for (cell, seed), trial in of_pair.items()
                if before[trial.trial_id]
            }
            trainer = Trainer(chunk, by_place, cells, [data] * len(chunk.seeds), start)  # type: ignore[arg-type]
            outcomes |= {one.trial: one for one in trainer.run()}
            for (cell, seed), trial in of_pair.items():
                if seed == self._seeds(trial)[0]:
                    self._weights[trial.trial_id] = trainer.weights(cell, seed)
                if "tuner/epochs" in trial.hyperparameters.values:  # a later round may go on from here
                    trainer.progress(cell, seed).save(self._progress_place(trial.trial_id, seed))
        # what is trained is told before anything else can fail
        for name, own in sorted(trials.items(), key=lambda one: one[1][0].cell in refused):
            trial = by_id[name]
            self.on_trial_begin(trial)
            if why := refused.get(own[0].cell):
                print(f"trial {name} trains by itself, by keras-tuner: {why}")
                self._try_run_and_update_trial(trial, **given)
            else:
                self._tell(trial, own, [outcomes[one.id] for one in own], form)
            self.on_trial_end(trial)

    def _before(self, trial: Any) -> list[Progress]:
        """What each execution of a trial of a later round of Hyperband goes on from; nothing where it isn't there."""
        past = trial.hyperparameters.values.get("tuner/trial_id")
        found = [Progress.load(self._progress_place(past, seed)) for seed in self._seeds(trial)] if past else []
        return [one for one in found if one] if all(found) else []

    def _progress_place(self, trial_id: str, seed: int) -> Path:
        return Path(self.get_trial_dir(trial_id), f"progress-{seed}.npz")

    def _tell(self, trial: Any, executions: list[Trial], outcomes: list[Outcome], form: Compiled) -> None:
        """Tell the oracle what became of a trial, and keep a row of every execution."""
        names = {f"val_{log}": f"validation_{ours}" for log, ours in form.metrics.items()}
        names |= {"loss": "train_loss", "val_loss": "validation_loss"}
        ok = all(one.row["status"] == "ok" for one in outcomes)
        if ok:
            means = {log: float(np.mean([one.row[ours] for one in outcomes])) for log, ours in names.items()}
            self.oracle.update_trial(trial.trial_id, means, step=outcomes[0].row["epochs_run"] - 1)
            trial.status = "COMPLETED"
            np.savez(self._weights_place(trial.trial_id), *self._weights.pop(trial.trial_id))
            Path(self._get_build_config_fname(trial.trial_id)).write_text(json.dumps({"input_shape": self._shape}))
        else:
            trial.status, trial.message = "FAILED", _DIVERGED
        if trial.trial_id in self._again:
            for name in ("executions.csv", "history.csv"):
                _without(Path(self.project_dir, name), trial.trial_id)
        for execution, outcome in zip(executions, outcomes, strict=True):
            kept = {"trial": trial.trial_id, "seed": execution.seed}
            values = trial.hyperparameters.values
            _append(Path(self.project_dir, "executions.csv"), [kept | values | outcome.row])
            _append(Path(self.project_dir, "history.csv"), [kept | entry for entry in outcome.history])

    def _weights_place(self, trial_id: str) -> Path:
        return Path(self.get_trial_dir(trial_id), "weights.npz")

    def load_model(self, trial: Any) -> keras.Model:
        """The model of a trial, with the weights of its last epoch."""
        place = self._weights_place(trial.trial_id)
        if not place.is_file():
            return super().load_model(trial)
        config = json.loads(Path(self._get_build_config_fname(trial.trial_id)).read_text())
        self._shape = tuple(config["input_shape"])
        model = self._of_values(trial.hyperparameters.values)
        with np.load(place) as kept:
            assign(model, compiled(model), [kept[name] for name in kept.files])
        return model

    def _of_values(self, values: dict[str, Any]) -> keras.Model:
        space = self.oracle.get_space()
        space.values = dict(values)
        return self._built(space)

    def _built(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """A model with weights, which without an `Input` of its own it would have from `fit`."""
        model = self._build_hypermodel(hp)
        if isinstance(model, keras.Sequential) and not model.built:
            model.build(self._shape)
        return model


def _together(arrays: list[Any], validation: Any, share: float, form: Compiled) -> Data:
    """Training and validation examples as one data set. Of a share, the last examples validate, as `fit` has it."""
    x, y = np.asarray(arrays[0]), targets(arrays[1], form)
    if validation is None:
        first = int(len(x) * (1 - share))
    else:
        first = len(x)
        x = np.concatenate([x, np.asarray(validation[0])])
        y = np.concatenate([y, targets(validation[1], form)])
    x = x if x.dtype == np.uint8 else x.astype(np.float32)
    index = np.arange(len(x))
    return Data(x, y, index[:first], index[first:], index[first:])


def _without(place: Path, trial_id: str) -> None:
    """Take a trial's rows out of a CSV."""
    if place.is_file():
        with place.open(newline="") as file:
            header, *lines = csv.reader(file)
        with place.open("w", newline="") as file:
            kept = [line for line in lines if line[header.index("trial")] != trial_id]
            csv.writer(file, lineterminator="\n").writerows([header, *kept])


def _append(place: Path, rows: list[dict[str, Any]]) -> None:
    """Add rows to a CSV; it is written anew where a row has columns that it lacks."""
    known: list[dict[str, Any]] = []
    columns: list[str] = []
    if place.is_file():
        with place.open(newline="") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or [])
            if any(name not in columns for row in rows for name in row):
                known = list(reader)
    fresh = bool(known) or not place.is_file()
    columns += [name for name in dict.fromkeys(name for row in rows for name in row) if name not in columns]
    with place.open("w" if fresh else "a", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows([*known, *rows])
