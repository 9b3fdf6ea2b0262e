"""Metrics of decisions: of the classes or labels that are predicted, by scikit-learn."""

import numpy as np
from sklearn import metrics

from experiments.errors import RequestError


def exact_match(y: np.ndarray, decisions: np.ndarray) -> float:
    """Share of examples of which every label is right."""
    return float(np.mean((y == decisions).all(axis=1)))


def balanced_accuracy(y: np.ndarray, decisions: np.ndarray) -> float:
    """Mean over the classes of y of the share that is found, TP / (TP + FN)."""
    return float(metrics.recall_score(y, decisions, labels=np.unique(y), average="macro", zero_division=0))


def f1(y: np.ndarray, decisions: np.ndarray) -> float:
    """2 TP / (2 TP + FP + FN) of class 1 of two; 0 where it is neither there nor predicted."""
    classes = 1 + int(max(y.max(), decisions.max()))
    if classes > 2:
        raise RequestError(f"metrics f1: got {classes} classes, allowed are two; macro_f1 is for several")
    return float(metrics.f1_score(y, decisions, pos_label=1, average="binary", zero_division=0))


def macro_f1(y: np.ndarray, decisions: np.ndarray) -> float:
    """Mean of 2 TP / (2 TP + FP + FN) over the classes that are there or predicted, or over all labels."""
    return float(metrics.f1_score(y, decisions, average="macro", zero_division=0))


def quadratic_kappa(y: np.ndarray, decisions: np.ndarray) -> float:
    """Cohen's kappa of ordered classes, an error of d steps weighing d² (J. Cohen, Weighted kappa, 1968).

    1 for agreement, 0 for what the same decisions in any order would give, below 0 for less.
    """
    if np.ptp(y) == 0:
        raise RequestError(f"metrics quadratic_kappa: a part of the data has the class {y[0]} alone, allowed are two")
    return float(metrics.cohen_kappa_score(y, decisions, weights="quadratic"))
