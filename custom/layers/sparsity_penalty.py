"""A layer that asks the units before it to be mostly off."""

import keras

from custom import checks
from custom.regularizers.kl_sparsity import check_target, check_weight, kl_sparsity, l1_sparsity
from custom.types import Config, Shape, Tensor, TensorLike

KINDS = ("kl", "l1")


@keras.saving.register_keras_serializable(package="custom")
class SparsityPenalty(keras.layers.Layer):
    """Passes its input on unchanged, and adds a penalty on its mean activations to the model's loss.

    Formula, with m the mean activation of a unit (over all axes but the last), ρ = target, λ = weight:

        kind="kl":   λ Σ_units KL(ρ ‖ m)      holds every unit's mean at ρ
        kind="l1":   λ · mean |a|             pulls all activations towards 0; ρ is not used

    Means outside (0, 1) are dealt with as `custom.regularizers.KLSparsity` does. The penalty is added once per
    step and does not depend on the batch size; half-precision activations are averaged in float32.

    Masks: steps that Keras masks (`Masking`, `Embedding(mask_zero=True)`), or that the argument `mask` marks as
    False, are left out of the means, so padding changes nothing; the mask is passed on. Sample weights do not
    weight the penalty, as they weight none in Keras. Under a `tf.distribute` strategy each device has means of its
    own, of its part of the batch, as in Keras' batch normalization.

    Arguments:
        target: ρ, the mean activation wanted; a number in (0, 1), 0.01 to 0.2 in practice.
        weight: λ, the strength; a finite number of at least 0.
        kind: "kl" or "l1".
        **kwargs: `name`, `dtype` and the like, as in `keras.layers.Layer`.

    Input: activations of shape `[batch, ..., units]`, and a mask of shape `[batch, ...]` or None. Output: the
    same activations.

    Raises:
        ValueError: an argument is out of its range, or the input has no axis of units.

    Example:

    >>> layer = SparsityPenalty(target=0.05, weight=1.0, kind="l1")
    >>> output = layer(keras.ops.array([[1.0, 0.0], [0.0, 0.5]]))
    >>> float(layer.losses[0])
    0.375

    Source: Ng (2011), "Sparse autoencoder", lecture notes; Lee, Ekanadham and Ng (2007).
    """

    def __init__(self, target: float = 0.05, weight: float = 1e-3, kind: str = "kl", **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.target = check_target(target)
        self.weight = check_weight(weight)
        self.kind = checks.choice("kind", kind, KINDS)
        self.supports_masking = True

    def call(self, inputs: Tensor, mask: TensorLike | None = None) -> Tensor:
        if self.kind == "kl":
            self.add_loss(kl_sparsity(inputs, target=self.target, weight=self.weight, mask=mask))
        else:
            self.add_loss(l1_sparsity(inputs, weight=self.weight, mask=mask))
        return inputs

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape

    def get_config(self) -> Config:
        return {**super().get_config(), "target": self.target, "weight": self.weight, "kind": self.kind}
