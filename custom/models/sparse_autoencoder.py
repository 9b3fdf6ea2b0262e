"""An autoencoder most of whose hidden units are off at a time."""

from collections.abc import Mapping

import keras

from custom import checks
from custom.layers.sparsity_penalty import SparsityPenalty
from custom.types import Config, Data, Scores, Shape, Tensor, TensorLike


@keras.saving.register_keras_serializable(package="custom")
class SparseAutoencoder(keras.Model):
    """Reconstructs its input through one hidden layer whose units are mostly off.

    Formula, with the loss L that it is compiled with:

        code = activation(x·W + b)
        loss = L(x, output_activation(code·W' + b')) + sparsity penalty of the code

    The penalty is `custom.layers.SparsityPenalty`'s: by default it holds each unit's mean activation at
    the target. `fit(x)` is enough: labels that are not given are the inputs.

    `sample_weight` weights the reconstruction of each example, not the penalty. `class_weight` is refused: the
    labels are inputs, not classes. Steps that Keras masks are left out of both terms.

    Arguments:
        units: the size of the code; a whole number of at least 1.
        target: the mean activation wanted; a number in (0, 1).
        weight: the strength of the penalty; a finite number of at least 0. It competes with L: for a mean
            squared error over inputs in [0, 1], 0.1 holds the target to a hundredth or so.
        kind: "kl" or "l1", as in `SparsityPenalty`.
        activation: of the code; with "kl" one that stays within (0, 1).
        output_activation: of the reconstruction; "linear" for real values, "sigmoid" for values in [0, 1].
        seed: of both layers' initial weights; a whole number of at least 0, or None.
        **kwargs: `name`, `dtype` and the like, as in `keras.Model`.

    Input: `[batch, features]`. Output: the same shape.

    Raises:
        ValueError: an argument is out of its range; `class_weight` is given to `fit`.

    Example:

    >>> model = SparseAutoencoder(units=16, target=0.1, seed=0)
    >>> model.compile("adam", "mse")
    >>> x = keras.random.uniform((32, 8), seed=0)
    >>> history = model.fit(x, verbose=0)
    >>> tuple(model.encode(x).shape)
    (32, 16)

    Source: Ng (2011), "Sparse autoencoder", lecture notes.
    """

    def __init__(
        self,
        units: int,
        *,
        target: float = 0.05,
        weight: float = 0.1,
        kind: str = "kl",
        activation: object = "sigmoid",
        output_activation: object = "linear",
        seed: int | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.units = checks.whole("units", units, at_least=1, mend="try units=64")
        self.seed = seed if seed is None else checks.whole("seed", seed, at_least=0, mend="try seed=0")
        self.activation = keras.activations.get(activation)
        self.output_activation = keras.activations.get(output_activation)
        self.encoder = keras.layers.Dense(
            self.units, self.activation, kernel_initializer=self._initializer(0), name="encoder"
        )
        self.penalty = SparsityPenalty(target, weight, kind, name="penalty")

    def build(self, input_shape: Shape) -> None:
        self.encoder.build(input_shape)
        code_shape = (*input_shape[:-1], self.units)
        self.penalty.build(code_shape)
        self.decoder = keras.layers.Dense(
            input_shape[-1], self.output_activation, kernel_initializer=self._initializer(1), name="decoder"
        )
        self.decoder.build(code_shape)

    def call(self, inputs: Tensor) -> Tensor:
        return self.decoder(self.penalty(self.encoder(inputs)))

    def fit(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        *args: object,
        validation_data: Data = None,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: TensorLike | None = None,
        **kwargs: object,
    ) -> keras.callbacks.History:
        """As `keras.Model.fit`, without `class_weight`."""
        if class_weight is not None:
            raise ValueError(
                "class_weight: SparseAutoencoder takes none, for its labels are inputs and not classes; "
                "give sample_weight, a number for each example."
            )
        if isinstance(validation_data, (tuple, list)):
            validation_data = with_labels(*validation_data)
        x, y, sample_weight = with_labels(x, y, sample_weight)
        return super().fit(x, y, *args, validation_data=validation_data, sample_weight=sample_weight, **kwargs)

    def evaluate(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        *args: object,
        sample_weight: TensorLike | None = None,
        **kwargs: object,
    ) -> Scores:
        """As `keras.Model.evaluate`."""
        x, y, sample_weight = with_labels(x, y, sample_weight)
        return super().evaluate(x, y, *args, sample_weight=sample_weight, **kwargs)

    def encode(self, x: TensorLike) -> Tensor:
        """The code of each example, `[batch, units]`."""
        return self.encoder(x)

    def decode(self, code: TensorLike) -> Tensor:
        """The reconstruction from a code, `[batch, features]`."""
        return self.decoder(code)

    def compute_loss(
        self,
        x: Data = None,
        y: TensorLike | None = None,
        y_pred: Tensor | None = None,
        sample_weight: TensorLike | None = None,
        training: bool = True,
    ) -> Tensor:
        return super().compute_loss(
            x=x, y=x if y is None else y, y_pred=y_pred, sample_weight=sample_weight, training=training
        )

    def compute_metrics(
        self, x: Data, y: TensorLike | None, y_pred: Tensor, sample_weight: TensorLike | None = None
    ) -> dict[str, Tensor]:
        return super().compute_metrics(x, x if y is None else y, y_pred, sample_weight=sample_weight)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> Config:
        return {
            **super().get_config(),
            "units": self.units,
            "target": self.penalty.target,
            "weight": self.penalty.weight,
            "kind": self.penalty.kind,
            "activation": keras.activations.serialize(self.activation),
            "output_activation": keras.activations.serialize(self.output_activation),
            "seed": self.seed,
        }

    def _initializer(self, position: int) -> keras.initializers.Initializer:
        # each layer its own draw: the same seed would make the decoder a copy of the encoder
        return keras.initializers.GlorotUniform(seed=None if self.seed is None else 2 * self.seed + position)


def with_labels(
    x: Data, y: TensorLike | None = None, sample_weight: TensorLike | None = None
) -> tuple[Data, TensorLike | None, TensorLike | None]:
    """The inputs as labels where there are weights and no labels, for Keras drops weights that have none."""
    return x, x if y is None and sample_weight is not None else y, sample_weight
