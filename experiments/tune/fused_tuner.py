"""A keras-tuner `Tuner` that trains many trials at a time, as one compiled program."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

import keras
import keras_tuner
import numpy as np
from keras_tuner.engine.trial import Trial as KerasTrial

from experiments.errors import RequestError, said
from experiments.models.global_state import seeded
from experiments.study.types import OwnPart, PlainTable, Settings
from experiments.tune.compiled_model import CannotStack, Compiled, check, read_compiled
from experiments.tune.executions import Execution, Executions, execution
from experiments.tune.fit_arguments import FitArguments, name_arguments, read_arguments
from experiments.tune.keras_tuner_internals import HOOKS, OpenTuner, has_chief, record_values, waiting_trials
from experiments.tune.listed_oracles import SEED, ListedOracle
from experiments.tune.oracles import ask
from experiments.tune.safe_files import read, reload_oracle, whole_files
from experiments.tune.search import BAYESIAN_TOGETHER
from experiments.tune.stackable_cells import Kind
from experiments.tune.stacked_trials import StackedTrials

_DIVERGED = "diverged"
EPOCHS, INITIAL_EPOCH, PAST = "tuner/epochs", "tuner/initial_epoch", "tuner/trial_id"  # Hyperband's own


class TunerOptions(TypedDict, total=False):
    """What a `FusedTuner` takes beside an oracle and a hypermodel."""

    together: int | None
    executions_per_trial: int
    directory: str | os.PathLike[str] | None
    project_name: str | None
    overwrite: bool
    max_model_size: int | None
    optimizer: OwnPart
    loss: OwnPart
    metrics: OwnPart
    distribution_strategy: OwnPart
    tuner_id: str | None


class FusedTuner(OpenTuner):
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
        self._again = set(waiting_trials(oracle))  # in flight when an earlier search ended: they may have rows already

    # pyrefly: ignore[bad-override] - what keras-tuner's own returns is taken for nothing at all
    def reload(self) -> None:
        """Take up the search of the project's folder."""
        if not self.is_worker:
            reload_oracle(self.local_oracle)
        state = read(self.state_file)
        if state is not None:
            self.set_state(state)

    def search(self, *arguments: object, **options: object) -> None:
        """Search until the oracle is at its end; arguments are those of `keras.Model.fit`."""
        with self._patient():
            try:
                stack = self._stack(name_arguments(arguments, options))
            except CannotStack as error:
                print(f"trials train one by one, by keras-tuner: {error}")
                super().search(*arguments, **options)
                return
            if "verbose" in options:
                self.local_oracle.verbose = options["verbose"]
            self.on_search_begin()
            while trials := ask(self.local_oracle, self._count(), begin=self._build_at_once):
                self._train(trials, stack, name_arguments(arguments, options))
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
        if has_chief():
            return  # the chief counts, and many would write to one file
        ended = self.oracle.get_trial(trial.trial_id)
        if ended.status in ("COMPLETED", "FAILED"):
            self._write(ended)
        self._check_errors()

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """A search's oracle: its files whole at every moment, and no end after failures but by `on_trial_end`."""
        if has_chief():
            with whole_files(self.oracle):
                yield
            return
        oracle = self.local_oracle
        self._most_errors, known = oracle.max_consecutive_failed_trials, set(oracle.tuner_ids)
        oracle.max_consecutive_failed_trials = 2**31  # it would count what diverges as well
        try:
            with whole_files(oracle):
                yield
        finally:
            oracle.max_consecutive_failed_trials = self._most_errors
            oracle.tuner_ids = known

    def _check_errors(self) -> None:
        oracle, most = self.local_oracle, max(self._most_errors, 1)
        last = [_error(oracle.trials[name]) for name in oracle.end_order[: -most - 1 : -1]]
        if len(last) == most and None not in last:
            raise RuntimeError(f"Number of consecutive failures exceeded the limit of {self._most_errors}.\n{last[0]}")

    def _write(self, trial: KerasTrial) -> None:
        """Keep the rows of a trial that has ended."""
        table = Executions(self.project_dir, self.oracle.objective)
        if trial.trial_id in self._again:
            table.forget(trial.trial_id)
        values, executed = trial.hyperparameters.values, self._executed.pop(trial.trial_id, [])
        if (error := _error(trial)) is not None:
            table.add_failed(trial.trial_id, values, self.seeds(trial)[0], error.strip().splitlines()[-1])
        else:
            table.add(trial.trial_id, values, executed)

    def _count(self) -> int:
        """How many trials to ask for at once."""
        bayesian = isinstance(self.oracle, keras_tuner.oracles.BayesianOptimizationOracle)
        return self.together or (BAYESIAN_TOGETHER if bayesian else len(self.local_oracle.trials) + 256)

    def _build_at_once(self, trial: KerasTrial) -> None:
        """Build a trial's model at once, as keras-tuner does before the next trial: it may have new parameters."""
        seed = self.seeds(trial)[0]
        try:
            with seeded(seed):
                self._models[trial.trial_id, seed] = self._build_with_weights(trial.hyperparameters)
        except Exception:
            return  # it is built again when the trial is planned, and told there
        self.oracle.update_space(trial.hyperparameters)
        record_values(self.local_oracle, trial)

    def seeds(self, trial: KerasTrial) -> range:
        """The seeds of a trial's executions."""
        place = trial.hyperparameters.values.get(SEED, 0) if isinstance(self.oracle, ListedOracle) else 0
        return range(place * self.executions_per_trial, (place + 1) * self.executions_per_trial)

    def _stack(self, arguments: PlainTable) -> StackedTrials:
        """What trains trials together; CannotStack where keras-tuner's loop is needed."""
        own = type(self)
        if own.run_trial is not FusedTuner.run_trial:
            raise CannotStack(f"{own.__name__} has a run_trial of its own")
        if hooks := [name for name in HOOKS if getattr(own, name) is not getattr(FusedTuner, name)]:
            raise CannotStack(f"{own.__name__} has hooks of its own ({hooks[0]})")
        kind = type(self.hypermodel)
        if getattr(kind, "fit", None) is not keras_tuner.HyperModel.fit:
            raise CannotStack(f"{kind.__name__} has a fit of its own")
        if has_chief() or self.distribution_strategy is not None:
            raise CannotStack("it is one of many workers")
        try:
            return self._stack_of(read_arguments(arguments))
        except (CannotStack, RequestError):
            raise
        except Exception as error:  # whatever a user's part raises: keras-tuner's loop tells it in full
            raise CannotStack(said(error)) from error

    def _stack_of(self, found: FitArguments) -> StackedTrials:
        self._shape = (None, *found.x.shape[1:])
        with seeded(0):
            model = self._build_with_weights(self.oracle.get_space())
        form = read_compiled(model)
        objective = self.oracle.objective
        scores = {"val_loss": "loss"} | {f"val_{log}": ours for log, ours in form.metrics.items()}
        if objective.name not in scores:
            raise CannotStack(f"the objective {objective.name}")
        data = found.data(form)

        def check_sample(model: keras.Model, form: Compiled) -> None:
            check(model, form, *found.sample)

        check_sample(model, form)
        kind = Kind(scores[objective.name], objective.direction)
        return StackedTrials(self, found, data, form, kind, check_sample)

    def _train(self, trials: list[KerasTrial], stack: StackedTrials, arguments: PlainTable) -> None:
        refused = stack.train(trials, self._models)
        # what is trained is told before anything else can fail
        for trial in sorted(trials, key=lambda trial: trial.trial_id in refused):
            self.on_trial_begin(trial)
            if why := refused.get(trial.trial_id):
                print(f"trial {trial.trial_id} trains by itself, by keras-tuner: {why}")
                self.try_trial(trial, arguments)
            else:
                self._tell(trial, stack.take(trial))
            self.on_trial_end(trial)

    def _tell(self, trial: KerasTrial, executed: list[Execution]) -> None:
        """Tell the oracle what became of a stacked trial."""
        self._executed[trial.trial_id] = executed
        if not all(execution.own for execution in executed):
            trial.status, trial.message = "FAILED", _DIVERGED
            return
        objective = self.oracle.objective
        best = [execution.own[execution.best(objective)] for execution in executed]
        step = int(np.mean([execution.best(objective) for execution in executed]))
        means = {name: float(np.mean([logs[name] for logs in best])) for name in best[0]}
        self.oracle.update_trial(trial.trial_id, means, step=step)
        trial.status = "COMPLETED"

    def build_and_fit(self, trial: KerasTrial, *arguments: object, **options: object) -> OwnPart:
        """Train a model by itself, from the seed of the execution, and keep what comes of it."""
        done, seeds = self._executed.setdefault(trial.trial_id, []), self.seeds(trial)
        begun = time.perf_counter()
        seed = seeds.start + len(done)
        with seeded(seed, batches=True):
            result = super().build_and_fit(trial, *arguments, **options)
        seconds, first = time.perf_counter() - begun, options.get("initial_epoch")
        for logs in result if isinstance(result, list) else [result]:
            done.append(execution(seed, logs, first if isinstance(first, int) else 0, seconds, self.oracle.objective))
        return result

    def try_build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Build a model under the precision that is set now, and leave that as it is."""
        self._policy = keras.config.dtype_policy()
        try:
            return super().try_build(hp)
        finally:
            keras.config.set_dtype_policy(self._policy)
            self._policy = None

    def build_model(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """A compiled model; of a later round of Hyperband with the weights of the trial that it goes on from."""
        if self._policy is not None:
            keras.config.set_dtype_policy(self._policy)  # keras-tuner has cleared it
        model = super().build_model(hp)
        past = hp.values.get(PAST) if EPOCHS in hp.values else None
        # a `fit` of one's own may have saved none
        if past is not None and self.weights_file(past).exists():
            if not model.built:
                model.build_from_config(json.loads(self.shapes_file(past).read_text()))
            model.load_weights(self.weights_file(past))
        return model

    def build_values(self, values: Settings) -> keras.Model:
        """A model with weights, of some values of hyper-parameters."""
        space = self.oracle.get_space()
        space.values = dict(values)
        return self._build_with_weights(space)

    def _build_with_weights(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """A model with weights, which without an `Input` of its own it would have from `fit`."""
        model = self.build_model(hp)
        if isinstance(model, keras.Sequential) and not model.built:
            model.build(self._shape)
        return model


def _error(trial: KerasTrial) -> str | None:
    """The error that a trial ended with; None where it had none, also where it just had no finite score."""
    return trial.message if trial.status == "FAILED" and trial.message != _DIVERGED else None
