"""A keras-tuner `Tuner` that trains many trials at a time, as one compiled program."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial as KerasTrial

from experiments.errors import RequestError, said
from experiments.models.global_state import seeded
from experiments.study.types import OwnPart, Plain, PlainTable, Settings
from experiments.tune.compiled_model import CannotStack, Compiled, check, compiled
from experiments.tune.executions import Execution, Executions, execution
from experiments.tune.given import Given, by_name, given
from experiments.tune.listed_oracle import SEED, ListedOracle
from experiments.tune.oracles import asked
from experiments.tune.safe_files import read, reload_oracle, whole_files
from experiments.tune.search import BAYESIAN_TOGETHER
from experiments.tune.stackable_cells import Kind
from experiments.tune.stacked_trials import StackedTrials

_HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "pre_create_trial",
    "_build_and_fit_model",
)
_DIVERGED = "diverged"
EPOCHS, INITIAL_EPOCH, PAST = "tuner/epochs", "tuner/initial_epoch", "tuner/trial_id"  # Hyperband's own


class FusedTuner(keras_tuner.Tuner):
    """keras-tuner's `Tuner`, with any of its oracles, for a `build(hp)` or a `HyperModel` as it is.

    `search(x, y, validation_data=…, epochs=…, batch_size=…)` takes what `fit` takes. Trials that can be stacked train
    together; whatever has no fused form (callbacks, a `run_trial`, hooks or `HyperModel.fit` of one's own, data sets,
    weights of classes or examples, layers without a stacking rule, workers of a chief) is trained by keras-tuner's own
    loop, and a line says why.

    Scores and saved weights are those of the best epoch by the objective, as keras-tuner has it, whichever way a trial
    is trained. The files are keras-tuner's too: its own tuners go on with the project and load the models.

    What differs from keras-tuner: executions of a trial have the seeds 0, 1, …, the same for all trials (those of a
    `FactorialOracle` or `AblationOracle` with more seeds go on from there), and each is a row of `executions.csv` in
    the project's folder, its epochs in `history.csv`; a trial that is not finite from its first epoch on is failed and
    ends no search, only errors in a row do; a stack measures the loss in training and no metrics in training; later
    rounds of Hyperband go on in a stack from the last epoch, optimizer state included, and in keras-tuner's loop from
    the best epoch's weights. A search leaves random generators and Keras' settings as it found them.

    Arguments:
        oracle: a `keras_tuner.Oracle`.
        hypermodel: a `HyperModel`, or a function of `HyperParameters` that gives a compiled model.
        together: how many trials are asked for at once, at least 1; None for 8 of a Bayesian oracle, as many as there
            are of any other. An oracle that learns from scores sees fewer of them the more are asked for at once.
        Others are those of `keras_tuner.Tuner`, such as `executions_per_trial`, `directory`, `project_name`.

    Raises:
        ValueError: as `keras_tuner.Tuner`; and in `search`, where labels are out of the range of the model's outputs.

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
        self, oracle: keras_tuner.Oracle, hypermodel: OwnPart = None, *arguments: object, together: int | None = None,
        **options: object,
    ):  # fmt: skip
        if together is not None and together < 1:
            raise ValueError(f"together: got {together!r}, expected a whole number of at least 1, or None")
        if hypermodel is None and type(self).run_trial is FusedTuner.run_trial:
            raise ValueError(
                "Received `hypermodel=None`, expected a `HyperModel` or a function that builds a model; only a tuner "
                f"that overrides `run_trial` needs none, and {type(self).__name__} does not"
            )
        self.together = together
        self._models: dict[tuple[str, int], keras.Model] = {}  # built and not yet trained, by trial and seed
        self._shape: tuple[int | None, ...] = ()  # of a batch of examples
        self._policy: OwnPart = None  # of precision, while a model is built
        self._executed: dict[str, list[Execution]] = {}
        super().__init__(oracle, hypermodel, *arguments, **options)
        self._most_errors = oracle.max_consecutive_failed_trials
        self._again = set(oracle._retry_queue)  # in flight when an earlier search ended: they may have rows already

    def reload(self) -> None:
        """Take up the search of the project's folder."""
        if not self._is_worker():
            reload_oracle(self.oracle)
        state = read(Path(self._get_tuner_fname()))
        if state is not None:
            self.set_state(state)

    def search(self, *arguments: object, **options: object) -> None:
        """Search until the oracle is at its end; arguments are those of `keras.Model.fit`."""
        with self._patient():
            try:
                stack = self._stack(by_name(arguments, options))
            except CannotStack as error:
                print(f"trials train one by one, by keras-tuner: {error}")
                super().search(*arguments, **options)
                return
            if "verbose" in options:
                self.oracle.verbose = options["verbose"]
            self.on_search_begin()
            while some := asked(self.oracle, self._count(), self._see):
                self._train(some, stack, by_name(arguments, options))
            self.on_search_end()
            stack.forget()

    def run_trial(self, trial: KerasTrial, *arguments: object, **options: object) -> OwnPart:
        """Train a trial by itself, as keras-tuner does; of Hyperband the epochs of its round."""
        values = trial.hyperparameters.values
        if EPOCHS in values:
            options["epochs"] = values[EPOCHS]
            options["initial_epoch"] = values[INITIAL_EPOCH]
        return super().run_trial(trial, *arguments, **options)

    def on_trial_begin(self, trial: KerasTrial) -> None:
        """Forget what an earlier try of the trial came to."""
        super().on_trial_begin(trial)
        self._executed[trial.trial_id] = []

    def on_trial_end(self, trial: KerasTrial) -> None:
        """Tell the oracle; RuntimeError after as many trials in a row with an error as the oracle allows."""
        super().on_trial_end(trial)
        if "KERASTUNER_ORACLE_IP" in os.environ:
            return  # the chief counts, and many would write to one file
        ended = self.oracle.get_trial(trial.trial_id)
        if ended.status in ("COMPLETED", "FAILED"):
            self._write(ended)
        self._check_errors()

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """A search's oracle: its files whole at every moment, and no end after failures but by `on_trial_end`."""
        oracle = self.oracle
        if "KERASTUNER_ORACLE_IP" in os.environ:
            with whole_files(oracle):
                yield
            return
        self._most_errors, known = oracle.max_consecutive_failed_trials, set(oracle.tuner_ids)
        oracle.max_consecutive_failed_trials = 2**31  # it would count what diverges as well
        try:
            with whole_files(oracle):
                yield
        finally:
            oracle.max_consecutive_failed_trials = self._most_errors
            oracle.tuner_ids = known

    def _check_errors(self) -> None:
        errors, last = 0, ""
        for trial in (self.oracle.trials[name] for name in reversed(self.oracle.end_order)):
            if not _failed(trial):
                return
            last, errors = last or trial.message, errors + 1
            if errors >= self._most_errors:
                raise RuntimeError(f"Number of consecutive failures exceeded the limit of {self._most_errors}.\n{last}")

    def _write(self, trial: KerasTrial) -> None:
        """Keep the rows of a trial that has ended."""
        table = Executions(self.project_dir, self.oracle.objective)
        if trial.trial_id in self._again:
            table.forget(trial.trial_id)
        values, some = trial.hyperparameters.values, self._executed.pop(trial.trial_id, [])
        if _failed(trial):
            error = trial.message.strip().splitlines()[-1]
            table.add_failed(trial.trial_id, values, self._seeds(trial)[0], error)
        else:
            table.add(trial.trial_id, values, some)

    def _count(self) -> int:
        """How many trials to ask for at once."""
        bayesian = isinstance(self.oracle, keras_tuner.oracles.BayesianOptimizationOracle)
        return self.together or (BAYESIAN_TOGETHER if bayesian else len(self.oracle.trials) + 256)

    def _see(self, trial: KerasTrial) -> None:
        """Build a trial's model at once, as keras-tuner does before the next trial: it may have new parameters."""
        seed = self._seeds(trial)[0]
        try:
            with seeded(seed):
                self._models[trial.trial_id, seed] = self._built(trial.hyperparameters)
        except Exception:
            return  # it is built again when the trial is planned, and told there
        self.oracle.update_space(trial.hyperparameters)
        self.oracle._record_values(trial)

    def _seeds(self, trial: KerasTrial) -> range:
        """The seeds of a trial's executions."""
        place = trial.hyperparameters.values.get(SEED, 0) if isinstance(self.oracle, ListedOracle) else 0
        return range(place * self.executions_per_trial, (place + 1) * self.executions_per_trial)

    def _stack(self, arguments: PlainTable) -> StackedTrials:
        """What trains trials together; CannotStack where keras-tuner's loop is needed."""
        own = type(self)
        if own.run_trial is not FusedTuner.run_trial:
            raise CannotStack(f"{own.__name__} has a run_trial of its own")
        if hooks := [name for name in _HOOKS if getattr(own, name) is not getattr(FusedTuner, name)]:
            raise CannotStack(f"{own.__name__} has hooks of its own ({hooks[0]})")
        if type(self.hypermodel).fit is not keras_tuner.HyperModel.fit:
            raise CannotStack(f"{type(self.hypermodel).__name__} has a fit of its own")
        if "KERASTUNER_ORACLE_IP" in os.environ or self.distribution_strategy is not None:
            raise CannotStack("it is one of many workers")
        try:
            return self._stack_of(given(arguments))
        except (CannotStack, RequestError):
            raise
        except Exception as error:  # whatever a user's part raises: keras-tuner's loop tells it in full
            raise CannotStack(said(error)) from error

    def _stack_of(self, found: Given) -> StackedTrials:
        self._shape = (None, *found.x.shape[1:])
        with seeded(0):
            model = self._built(self.oracle.get_space())
        form = compiled(model)
        objective = self.oracle.objective
        scores = {"val_loss": "loss"} | {f"val_{log}": ours for log, ours in form.metrics.items()}
        if objective.name not in scores:
            raise CannotStack(f"the objective {objective.name}")
        data = found.data(form)

        def checked(model: keras.Model, form: Compiled) -> None:
            check(model, form, *found.sample)

        checked(model, form)
        kind = Kind(scores[objective.name], objective.direction)
        return StackedTrials(self, found, data, form, kind, checked)

    def _train(self, some: list[Plain], stack: StackedTrials, arguments: PlainTable) -> None:
        refused = stack.train(some, self._models)
        # what is trained is told before anything else can fail
        for trial in sorted(some, key=lambda trial: trial.trial_id in refused):
            self.on_trial_begin(trial)
            if why := refused.get(trial.trial_id):
                print(f"trial {trial.trial_id} trains by itself, by keras-tuner: {why}")
                self._try_run_and_update_trial(trial, **arguments)
            else:
                self._tell(trial, stack.take(trial))
            self.on_trial_end(trial)

    def _tell(self, trial: KerasTrial, some: list[Execution]) -> None:
        """Tell the oracle what became of a stacked trial."""
        self._executed[trial.trial_id] = some
        if not all(execution.own for execution in some):
            trial.status, trial.message = "FAILED", _DIVERGED
            return
        objective = self.oracle.objective
        best = [execution.own[execution.best(objective)] for execution in some]
        step = int(np.mean([execution.best(objective) for execution in some]))
        means = {name: float(np.mean([logs[name] for logs in best])) for name in best[0]}
        self.oracle.update_trial(trial.trial_id, means, step=step)
        trial.status = "COMPLETED"

    def _build_and_fit_model(self, trial: KerasTrial, *arguments: object, **options: object) -> OwnPart:
        """Train a model by itself, from the seed of the execution, and keep what comes of it."""
        done, seeds = self._executed.setdefault(trial.trial_id, []), self._seeds(trial)
        begun = time.perf_counter()
        seed = seeds.start + len(done)
        with seeded(seed, batches=True):
            result = super()._build_and_fit_model(trial, *arguments, **options)
        seconds, first = time.perf_counter() - begun, options.get("initial_epoch", 0)
        for logs in result if isinstance(result, list) else [result]:
            done.append(execution(seed, logs, first, seconds, self.oracle.objective))
        return result

    def _try_build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        self._policy = keras.config.dtype_policy()
        try:
            return super()._try_build(hp)
        finally:
            keras.config.set_dtype_policy(self._policy)
            self._policy = None

    def _build_hypermodel(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """A compiled model; of a later round of Hyperband with the weights of the trial that it goes on from."""
        if self._policy is not None:
            keras.config.set_dtype_policy(self._policy)  # keras-tuner has cleared it
        model = super()._build_hypermodel(hp)
        past = hp.values.get(PAST) if EPOCHS in hp.values else None
        # a `fit` of one's own may have saved none
        if past is not None and os.path.exists(self._get_checkpoint_fname(past)):
            if not model.built:
                model.build_from_config(json.loads(Path(self._get_build_config_fname(past)).read_text()))
            model.load_weights(self._get_checkpoint_fname(past))
        return model

    def _of_values(self, values: Settings) -> keras.Model:
        space = self.oracle.get_space()
        space.values = dict(values)
        return self._built(space)

    def _built(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """A model with weights, which without an `Input` of its own it would have from `fit`."""
        model = self._build_hypermodel(hp)
        if isinstance(model, keras.Sequential) and not model.built:
            model.build(self._shape)
        return model


def _failed(trial: KerasTrial) -> bool:
    """Whether a trial ended with an error, and not just without a finite score."""
    return trial.status == "FAILED" and trial.message not in (None, _DIVERGED)
