"""What would work in the place of a removal that can't be."""

from collections.abc import Collection, Iterator

from experiments.ablation.base import Base, merges
from experiments.ablation.edit import Edit
from experiments.ablation.fresh import size_setting
from experiments.ablation.plan import Planner
from experiments.ablation.refused import Refused

_FURTHEST = 12  # calls that are looked at before a layer
_MERGES = 4  # that are taken along


def remedies(planner: Planner, paths: list[str], at: str) -> list[str]:
    """Calls that work in the place of removing some layers, where that fails at another layer. Each was planned.

    Half the layer; together with the nearest layer before it that undoes its change of shape; the branch that it is
    in; together with the layer that fails; or else together with the merges that do not fit any more.
    """
    base, found = planner.base, list[str]()
    if len(paths) == 1 and size_setting(base.operations[paths[0]]) and _works(planner, Edit(halved=tuple(paths))):
        found.append(f'.halve("{paths[0]}") works')
    if len(paths) == 1:
        pairs = (other for other in _before(base, paths[0]) if _works(planner, Edit(removed=(other, *paths))))
        found += [_without(other, *paths) for other in list(pairs)[:1]]
    if at in base.operations and at not in paths:
        if not merges(base.operations[at]) and _works(planner, Edit(removed=(*paths, at))):
            found.append(_without(*paths, at))
        if merges(base.operations[at]) and _works(planner, Edit(removed=(at,)), paths):
            found.append(f"{_without(at)} and loses the branch")
    return found or _with_merges(planner, paths, at)


def _with_merges(planner: Planner, paths: list[str], at: str) -> list[str]:
    """The layers together with each merge that fails without them, or that is the next behind a layer that fails."""
    base, gone = planner.base, [*paths]
    for _ in range(_MERGES):
        behind = list(base.operations)[base.places.get(at, len(base.places)) :]
        merge = next((path for path in behind if merges(base.operations[path]) and path not in gone), None)
        if merge is None:
            return []
        gone.append(merge)
        try:
            planner.plan(Edit(removed=tuple(gone)))
        except Refused as refused:
            at = refused.at
        else:
            return [_without(*gone)]
    return []


def _without(*paths: str) -> str:
    quoted = ", ".join(f'"{path}"' for path in paths)
    return f".without({quoted}) works"


def _before(base: Base, path: str) -> Iterator[str]:
    """Layers before one, the nearest first, that change the shape of what they get; up to where branches meet."""
    call = base.calls[path][0]
    for _ in range(_FURTHEST):
        if len(call.input_tensors) != 1 or id(call.input_tensors[0]) not in base.givers:
            return
        other, call = base.givers[id(call.input_tensors[0])]
        if [tensor.shape for tensor in call.input_tensors] != [tensor.shape for tensor in call.output_tensors]:
            yield other


def _works(planner: Planner, edit: Edit, lost: Collection[str] = ()) -> bool:
    """Whether an edit can be. lost: layers that must be gone with it."""
    try:
        plan = planner.plan(edit)
    except Refused:
        return False
    return {*lost} <= {*plan.lost}
