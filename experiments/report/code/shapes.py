"""The shape of a task's examples, and the one in which a model kind takes them."""

import math

from experiments.report.page_findings import PageFindings
from experiments.study import catalog
from experiments.study.types import Settings
from experiments.tasks.load import load

Shape = tuple[int, ...]


def shape_of(findings: PageFindings, task: Settings) -> Shape | None:
    """The shape of one example: of a task of the project, or as the manifest has it; None where it does not say.

    A setting of a user's own task that varies may change its shape.
    """
    if task["name"] in catalog.TASKS:
        return load(task).input_shape
    varied = {*findings.study.held, *findings.study.varied} & findings.study.data_settings
    shape = (findings.results.manifest.get("data") or {}).get("input_shape")
    return tuple(shape) if shape and not varied else None


def image(shape: Shape | None) -> list[str]:
    """A layer that makes images `[batch, height, width, channels]`, where examples are none yet.

    Raises LookupError where the shape is not known, or is no image's.

    >>> image((64,))
    ['keras.layers.Reshape((8, 8, 1))']
    """
    shape = _two_sides(shape)
    return [] if len(shape) == 3 else [f"keras.layers.Reshape({(*shape, 1)})"]


def sequence(shape: Shape | None) -> list[str]:
    """A layer that makes sequences `[batch, steps, features]`: an image is read row by row; errors as `image`.

    >>> sequence((8, 6, 3)), sequence((8, 6))
    (['keras.layers.Reshape((8, 18))'], [])
    """
    steps, *features = _two_sides(shape)
    return [] if shape == (steps, *features[:1]) else [f"keras.layers.Reshape({(steps, math.prod(features))})"]


def _two_sides(shape: Shape | None) -> Shape:
    if shape is None:
        raise LookupError("the shape of the examples")
    if len(shape) > 1:
        return shape
    side = math.isqrt(shape[0])
    if side * side != shape[0]:
        raise LookupError(f"{shape} is no square")
    return side, side
