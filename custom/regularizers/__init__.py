"""Regularizers."""

from custom.regularizers.elastic_net import ElasticNet, elastic_net
from custom.regularizers.kl_sparsity import KLSparsity, kl_sparsity, l1_sparsity, sparsity_divergence

__all__ = ["ElasticNet", "KLSparsity", "elastic_net", "kl_sparsity", "l1_sparsity", "sparsity_divergence"]
