"""What would work in the place of a removal that can't be."""

from collections.abc import Iterator

from experiments.ablation.base import Base, merges
from experiments.ablation.edit import Edit
from experiments.ablation.fresh import size_setting
from experiments.ablation.plan import Planner
from experiments.ablation.refused import Refused

_FURTHEST = 12  # calls that are looked at before a layer


def remedies(planner: Planner, paths: list[str], at: str) -> list[str]:
    """Calls that work in the place of removing some layers, where that fails at another layer. Each was planned.

    Half the layer; together with the nearest layer before it that undoes its change of shape; the branch that it is
    in; or together with the layer that fails.
    """
    base, quoted = planner.base, ", ".join(f'"{path}"' for path in paths)
    found: list[str] = []
    if len(paths) == 1 and size_setting(base.operations[paths[0]]) and _works(planner, Edit(halved=tuple(paths))):
        found.append(f".halve({quoted}) works")
    if len(paths) == 1:
        pairs = (other for other in _before(base, paths[0]) if _works(planner, Edit(removed=(other, *paths))))
        found += [f'.without("{other}", {quoted}) works' for other in list(pairs)[:1]]
    if at in base.operations and at not in paths:
        if not merges(base.operations[at]) and _works(planner, Edit(removed=(*paths, at))):
            found.append(f'.without({quoted}, "{at}") works')
        if merges(base.operations[at]) and _works(planner, Edit(removed=(at,))):
            found.append(f'.without("{at}") works and loses the branch')
    return found


def _before(base: Base, path: str) -> Iterator[str]:
    """Layers before one, the nearest first, that change the shape of what they get; up to where branches meet."""
    call = base.calls[path][0]
    for _ in range(_FURTHEST):
        if len(call.input_tensors) != 1 or id(call.input_tensors[0]) not in base.givers:
            return
        other, call = base.givers[id(call.input_tensors[0])]
        if [tensor.shape for tensor in call.input_tensors] != [tensor.shape for tensor in call.output_tensors]:
            yield other


def _works(planner: Planner, edit: Edit) -> bool:
    try:
        planner.plan(edit)
    except Refused:
        return False
    return True
