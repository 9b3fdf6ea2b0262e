"""Generators and critics of many trials as one program."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import keras
import numpy as np
from keras import ops

from custom.keras_internals import has_graph, run_graph
from custom.models.adversarial import Adversarial
from custom.types import Tensor
from experiments.recipes.adversarial.judge import Judge
from experiments.recipes.adversarial.pairs import critic_loss, evaluation_noise, networks_of, noise_seed, pair
from experiments.recipes.batches import examples
from experiments.recipes.stacking import PerExample, StackedLoss
from experiments.recipes.supervised.overrides import uncompiled
from experiments.recipes.turns import Draw, Number, Play, Run, Turn
from experiments.study.trial import Trial
from experiments.study.types import KerasPart, Settings
from experiments.tasks import Data, Task

GENERATOR, CRITIC = "generator", "critic"
_TINY = 1e-12  # as `custom.models.wgan` adds it under the root
Networks: TypeAlias = Mapping[str, keras.Model]


class AdversarialStacking:
    """How the trials of a task stack: those of one loss and one number of critic steps at a time."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self.right: str | None = None
        self.metrics: Mapping[str, PerExample] = {}

    def body(self, model: keras.Model, settings: Settings) -> "PairBody":
        """Both networks, one after the other."""
        return PairBody(networks_of(model), settings)

    def loss(self, settings: Settings) -> StackedLoss:
        """The losses of generator and critic."""
        level, steps = settings["loss"], settings["critic_steps"]
        numbers = {name: value for name, value in level.items() if name != "name"}
        numbers["critic_learning_rate"] = settings["critic_learning_rate"] or settings["learning_rate"]
        key = [level["name"], steps, settings.get("salt", 0)]  # what the losses and draws of a stack depend on
        return StackedLoss(
            _never_called, key, numbers=numbers, turns=AdversarialTurns(self._task, level["name"], steps)
        )

    def scores(
        self, data: Data, index: np.ndarray, outputs: np.ndarray, weights: Callable[[], list[np.ndarray]]
    ) -> dict[str, float]:
        """Nothing: `AdversarialTurns.evaluate` gives all."""
        return {}


def _never_called(y: Tensor, outputs: Tensor) -> Tensor:
    raise ValueError("networks that learn in turns have losses of their own")


class PairBody:
    """A generator and a critic as a stack computes them.

    raw: the critic of what the generator makes, from noise to score. networks: both by name.
    """

    def __init__(self, pair_of: Adversarial, settings: Settings) -> None:
        self._pair, self._settings = pair_of, settings
        self.refuses: str | None = self._refused()
        self.networks: Networks = {}
        self.raw: keras.Model = pair_of.generator
        if not self.refuses:
            self.networks = {GENERATOR: _graph(pair_of.generator), CRITIC: _graph(pair_of.opponent)}
            noise = keras.Input(pair_of.latent_shape)
            made = run_graph(self.networks[GENERATOR], [noise], _called)
            self.raw = keras.Model(noise, run_graph(self.networks[CRITIC], [made], _called))
        self.model = self.raw

    def _refused(self) -> str | None:
        for network in (self._pair.generator, self._pair.opponent):
            if not has_graph(_graph(network)):
                return f"the network {network.name} shows no graph of layers"
            for layer in network.layers:
                if getattr(layer, "activity_regularizer", None) is not None:
                    return f"the layer {layer.name} penalizes its outputs, which are computed several times in a step"
                if hasattr(layer, "seed_generator") and getattr(layer, "rate", 1) != 0:
                    return f"the layer {layer.name} draws random numbers, several times in a step"
        return None

    def finished(self) -> keras.Model:
        """The model that gives examples of noise."""
        return uncompiled(pair(self._pair, self._settings, 0))


def _graph(network: keras.Model) -> keras.Model:
    """A network as a functional model of the same layers."""
    return keras.Model(network.inputs, network.outputs[0]) if getattr(network, "inputs", None) else network


def _called(layer: KerasPart, *arguments: KerasPart, **options: KerasPart) -> KerasPart:
    return layer(*arguments, **options)


class AdversarialTurns:
    """A step: the critic learns on each part of a batch, then the generator once; as `custom.models` has them.

    loss: the name of the loss. parts: how many steps of the critic.
    """

    def __init__(self, task: Task, loss: str, parts: int) -> None:
        self._task, self._loss, self.parts = task, loss, parts
        self._wasserstein = loss != "non_saturating"
        self._judges: dict[int, Judge] = {}
        noise = Draw("normal", _noise_shape)
        # a WGAN draws shares of a mixture also where its loss has no use for them
        of_critic = [noise] if not self._wasserstein else [noise, Draw("uniform", _share_shape)]
        self.draws: tuple[Draw, ...] = (*(of_critic * parts), noise)

    def state(self, trial: Trial) -> np.ndarray:
        """That of the seed generator of `GAN` and `WGAN`."""
        state: np.ndarray = keras.ops.convert_to_numpy(keras.random.SeedGenerator(noise_seed(trial)).state)
        return state

    def step(self, real: Tensor, drawn: Sequence[Tensor], number: Number) -> list[Turn]:
        """The turns of a step."""
        whole = real.shape[2]
        part = -(-whole // self.parts)
        each = (len(self.draws) - 1) // self.parts
        turns = []
        for place in range(self.parts):
            rows = (np.arange(part) + place * part) % whole
            some = real if self.parts == 1 else ops.take(real, ops.convert_to_tensor(rows.astype("int32")), axis=2)
            turns.append(self._critic_turn(some, drawn[each * place : each * (place + 1)], number))
        return [*turns, Turn(GENERATOR, lambda play: self._deceive(play, drawn[-1]))]

    def _critic_turn(self, real: Tensor, drawn: Sequence[Tensor], number: Number) -> Turn:
        def loss(play: Play) -> Tensor:
            made = ops.stop_gradient(play(GENERATOR, drawn[0]))
            # real examples are the same for all cells, and so computed once; the scores are a cell's own
            scores = [_mean(self._of_critic(play(CRITIC, x), is_real=x is real)) for x in (real, made)]
            total = scores[0] + scores[1]
            if self._loss != "wasserstein_gradient":
                return total
            slope = play.slope(CRITIC, drawn[1] * real + (1.0 - drawn[1]) * made)
            squares = ops.sum(ops.square(slope), axis=tuple(range(3, len(slope.shape))))
            penalty = ops.mean(ops.square(ops.sqrt(squares + _TINY) - 1.0), axis=2)
            return total + number("penalty_weight") * penalty

        limit = "clip_limit" if self._loss == "wasserstein_clip" else None
        return Turn(CRITIC, loss, rate="critic_learning_rate", limit=limit, logged=True)

    def _of_critic(self, score: Tensor, *, is_real: bool) -> Tensor:
        """The critic's loss of each example."""
        if self._wasserstein:
            return -score if is_real else score
        return ops.softplus(-score if is_real else score)

    def _deceive(self, play: Play, noise: Tensor) -> Tensor:
        score = play(CRITIC, play(GENERATOR, noise))
        return _mean(-score if self._wasserstein else ops.softplus(-score))

    def evaluate(
        self, run: Run, networks: Networks, members: Sequence[tuple[int, Data, np.ndarray]]
    ) -> Mapping[str, np.ndarray]:
        """The critic's loss without its penalty, and every metric."""
        shape = _noise_shape(networks)
        noise = np.stack([evaluation_noise(seed, len(index), shape) for seed, _, index in members])
        real = np.stack([examples(data, index)[0] for _, data, index in members])
        made = run(GENERATOR, noise[:, None])
        of_made, of_real = run(CRITIC, made), run(CRITIC, real[:, None])
        found: dict[str, np.ndarray] = {name: np.empty(made.shape[:2]) for name in ("loss", *self._task.metrics)}
        for row, (seed, data, index) in enumerate(members):
            for column in range(made.shape[1]):
                place = row, column
                found["loss"][place] = critic_loss(of_made[place], of_real[place], wasserstein=self._wasserstein)
                for name, value in self._judge(seed, data).scores(made[place], index).items():
                    found[name][place] = value
        return found

    def _judge(self, seed: int, data: Data) -> Judge:
        """What scores the examples of a seed; kept, for it may have learned from real ones."""
        if seed not in self._judges:
            self._judges[seed] = Judge(self._task, data)
        return self._judges[seed]


def _mean(of_examples: Tensor) -> Tensor:
    """The mean over the examples of each trial, `[seeds, cells]`."""
    return ops.mean(of_examples, axis=tuple(range(2, len(of_examples.shape))))


def _noise_shape(networks: Networks) -> tuple[int, ...]:
    return tuple(networks[GENERATOR].input_shape[1:])


def _share_shape(networks: Networks) -> tuple[int, ...]:
    """One number for an example, whatever its shape."""
    return (1,) * len(networks[CRITIC].input_shape[1:])
