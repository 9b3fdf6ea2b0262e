"""Momentum as a moving average of gradients."""

from numbers import Real

import keras
from keras import ops

from custom import checks
from custom.keras_internals import variable_index
from custom.types import Config, Tensor, Variables


@keras.saving.register_keras_serializable(package="custom")
class MovingAverageMomentum(keras.optimizers.Optimizer):
    """Gradient descent along a moving average of the gradients.

    Formula, for a weight w with the gradient g, from v = 0:

        v ← β v + (1 − β) g
        w ← w − α v

    Keras' `SGD(momentum=β)` is the heavy-ball form, v ← β v − α g; w ← w + v. At a constant rate the two
    make the same steps when Keras' rate is α (1 − β). Here α keeps its meaning whatever β is, and a
    change of the rate acts at once on the whole step, there on the new gradient only.

    Arguments:
        learning_rate: α; a finite number above 0, a `keras.optimizers.schedules.LearningRateSchedule`, or
            a callable without arguments that returns the rate.
        beta: β, the share of the old average that stays; a number of at least 0 and below 1. It averages
            over about 1/(1 − β) steps.
        **kwargs: `weight_decay`, `clipnorm`, `name` and the like, as in `keras.optimizers.Optimizer`.

    Raises:
        ValueError: learning_rate or beta is out of its range.

    Example:

    >>> optimizer = MovingAverageMomentum(learning_rate=0.5, beta=0.5)
    >>> weight = keras.Variable(1.0)
    >>> optimizer.apply([keras.ops.array(1.0)], [weight])
    >>> float(weight.value)
    0.75

    Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods"; the
    averaged form as in Kingma and Ba (2015), "Adam".
    """

    def __init__(
        self, learning_rate: object = 0.01, beta: float = 0.9, name: str = "moving_average_momentum", **kwargs: object
    ) -> None:
        # what is no plain number is a schedule or a callable, and Keras' to check
        if isinstance(learning_rate, Real | str | None):
            learning_rate = checks.number(
                "learning_rate",
                learning_rate,
                expected="a finite number above 0, a schedule or a callable",
                holds=lambda number: number > 0,
                mend="try learning_rate=0.01",
            )
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta = checks.number(
            "beta",
            beta,
            expected="a number of at least 0 and below 1",
            holds=lambda number: 0 <= number < 1,
            mend="try beta=0.9, or 0 for plain gradient descent",
        )

    def build(self, variables: Variables) -> None:
        if self.built:
            return
        super().build(variables)
        self.averages = self.add_optimizer_variables(variables, "average")

    def update_step(self, gradient: Tensor, variable: keras.Variable, learning_rate: Tensor) -> None:
        average = self.averages[variable_index(self, variable)]
        # the functions, not the operators: an embedding's gradient is sparse, and only they know it
        fresh = ops.multiply(gradient, 1.0 - self.beta)
        self.assign(average, ops.add(ops.multiply(average, self.beta), fresh))
        self.assign_sub(variable, ops.multiply(average, ops.cast(learning_rate, variable.dtype)))

    def get_config(self) -> Config:
        return {**super().get_config(), "beta": self.beta}
