"""Models."""

from custom.models.gan import GAN
from custom.models.perceptron_classifier import PerceptronClassifier, perceptron_pass
from custom.models.separability import linearly_separable
from custom.models.sparse_autoencoder import SparseAutoencoder
from custom.models.wgan import WGAN, gradient_penalty

__all__ = [
    "GAN",
    "WGAN",
    "PerceptronClassifier",
    "SparseAutoencoder",
    "gradient_penalty",
    "linearly_separable",
    "perceptron_pass",
]
