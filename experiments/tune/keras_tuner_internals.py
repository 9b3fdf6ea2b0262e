"""What keras-tuner keeps to itself: its private names, each behind a function or method with a plain one.

No other file uses a private name of keras-tuner, so a new version of it that changes one breaks this file alone.
`tests/test_keras_internals.py` keeps it so.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cmp_to_key, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import keras
import keras_tuner
from keras_tuner.engine.trial import Trial

from experiments.study.types import OwnPart, PlainTable

if TYPE_CHECKING:
    from keras_tuner.src.distribute.oracle_client import OracleClient  # imports grpc, which only such a worker needs

    AnyOracle: TypeAlias = keras_tuner.Oracle | OracleClient  # a worker of a chief has a client of the chief's oracle

# methods of a tuner that it calls while it trains a trial: one of a user's own sees one model at a time
HOOKS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_batch_begin",
    "on_batch_end",
    "pre_create_trial",
    "_build_and_fit_model",
)


# --- an oracle -------------------------------------------------------------------------------------------------------


def set_seed(oracle: keras_tuner.Oracle, seed: int | None) -> keras_tuner.Oracle:
    """The same oracle, drawing from a seed; of None, from the one that it has drawn itself."""
    if seed is not None:
        oracle.seed = oracle._seed_state = seed  # keras-tuner draws another one for 0
        if isinstance(oracle, keras_tuner.oracles.BayesianOptimizationOracle):
            oracle._random_state.seed(seed)
            oracle.gpr = oracle._make_gpr()
    return oracle


def keep_in_memory(oracle: keras_tuner.Oracle) -> None:
    """Let an oracle write nothing."""
    oracle._set_project_dir(tempfile.gettempdir(), "keras-ablations")
    vars(oracle).update(save=_keep_nothing, _save_trial=_keep_nothing)
    oracle.verbose = 0


def _keep_nothing(*_: object) -> None:
    """Keep nothing on disk."""


@contextmanager
def save_with(
    oracle: "AnyOracle",
    save: Callable[[keras_tuner.Oracle], None],
    save_trial: Callable[[keras_tuner.Oracle, Trial], None],
) -> Iterator[None]:
    """Let two functions write an oracle's state and that of a trial, within the block.

    What an oracle writes in a way of its own, it goes on to write so. A client writes nothing.
    """
    if not isinstance(oracle, keras_tuner.Oracle):
        yield
        return
    writers = {"save": partial(save, oracle), "_save_trial": partial(save_trial, oracle)}
    own = {
        name: writer
        for name, writer in writers.items()
        if getattr(type(oracle), name, None) is getattr(keras_tuner.Oracle, name) and name not in vars(oracle)
    }
    vars(oracle).update(own)
    try:
        yield
    finally:
        for name in own:
            delattr(oracle, name)


def project_folder(oracle: keras_tuner.Oracle) -> Path:
    """Where an oracle keeps its files."""
    return Path(oracle._project_dir)


def oracle_file(oracle: keras_tuner.Oracle) -> Path:
    """The file with an oracle's own state."""
    return Path(oracle._get_oracle_fname())


def trial_file(oracle: keras_tuner.Oracle, trial: Trial) -> Path:
    """The file with a trial's state."""
    return Path(oracle._get_trial_dir(trial.trial_id), "trial.json")


def record_values(oracle: keras_tuner.Oracle, trial: Trial) -> None:
    """Let an oracle know that the values of a trial have been tried."""
    oracle._record_values(trial)


def waiting_trials(oracle: keras_tuner.Oracle) -> list[str]:
    """The ids of trials that are to be tried again; the last is taken first."""
    return list(oracle._retry_queue)


def set_waiting_trials(oracle: keras_tuner.Oracle, trials: list[str]) -> None:
    """Replace `waiting_trials`."""
    oracle._retry_queue = trials


def go_on_from(oracle: keras_tuner.Oracle, trial: Trial) -> None:
    """Let a grid propose what follows a trial before that has ended: its space is known. No other oracle can."""
    if isinstance(oracle, keras_tuner.oracles.GridSearchOracle):
        oracle._populate_next.append(trial.trial_id)


def restore_grid(oracle: keras_tuner.oracles.GridSearchOracle) -> None:
    """Give a grid back what it keeps in memory alone: the order of its trials, and after which it goes on."""

    def compare(first: str, other: str) -> int:
        return oracle._compare(*(oracle.trials[name].hyperparameters.values for name in (first, other)))

    ordered = sorted(oracle.start_order, key=cmp_to_key(compare))
    for name in ordered:
        oracle._ordered_ids.insert(name)
    oracle._populate_next = ordered


# --- a tuner ---------------------------------------------------------------------------------------------------------


def has_chief() -> bool:
    """Whether this process is a worker of a chief, or the chief: then many processes train one search."""
    return "KERASTUNER_ORACLE_IP" in os.environ


class OpenTuner(keras_tuner.Tuner):
    """keras-tuner's `Tuner`, whose steps and files have public names; a subclass may replace the steps."""

    @property
    def local_oracle(self) -> keras_tuner.Oracle:
        """The oracle itself, of a tuner that is no worker of a chief."""
        if not isinstance(self.oracle, keras_tuner.Oracle):
            raise TypeError("the oracle is the chief's")
        return self.oracle

    @property
    def is_worker(self) -> bool:
        """Whether the oracle is that of a chief in another process."""
        return bool(self._is_worker())

    @property
    def state_file(self) -> Path:
        """The file with the tuner's own state."""
        return Path(self._get_tuner_fname())

    def weights_file(self, trial_id: str) -> Path:
        """The file with the weights of a trial's best epoch."""
        return Path(self._get_checkpoint_fname(trial_id))

    def shapes_file(self, trial_id: str) -> Path:
        """The file with the shapes that a trial's model was built with."""
        return Path(self._get_build_config_fname(trial_id))

    def try_trial(self, trial: Trial, arguments: PlainTable) -> None:
        """Train a trial by keras-tuner's own loop, and tell the oracle its scores or its error."""
        self._try_run_and_update_trial(trial, **arguments)

    def build_and_fit(self, trial: Trial, *arguments: object, **options: object) -> OwnPart:
        """Build one model of a trial and train it."""
        return super()._build_and_fit_model(trial, *arguments, **options)

    def _build_and_fit_model(self, trial: Trial, *arguments: object, **options: object) -> OwnPart:
        return self.build_and_fit(trial, *arguments, **options)

    def try_build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Build a model, several times over where it fails or is too large."""
        return super()._try_build(hp)

    def _try_build(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        return self.try_build(hp)

    def build_model(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        """Build a model once."""
        return super()._build_hypermodel(hp)

    def _build_hypermodel(self, hp: keras_tuner.HyperParameters) -> keras.Model:
        return self.build_model(hp)
