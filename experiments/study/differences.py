"""What keeps earlier results of a study from being extended by the study as it is now."""

from collections.abc import Iterator

from experiments.errors import show
from experiments.study import catalog
from experiments.study.level import label
from experiments.study.study import Study
from experiments.study.trial import LATER, identity
from experiments.study.types import Level, PlainTable


def find_differences(study: Study, kept: PlainTable) -> Iterator[str]:
    """What keeps results of `kept` (an earlier `fixed`) from being extended; nothing where they can be.

    More seeds, more levels, and a held setting that becomes a factor with that level, all extend.
    """
    for key in ("task", "model"):
        if kept[key] != getattr(study, key):
            yield f'{key}: the results have "{kept[key]}", the study has "{getattr(study, key)}"'
    if (before := kept.get("recipe", catalog.SUPERVISED)) != study.recipe:
        yield f'recipe: the results have "{before}", the study has "{study.recipe}"'
    yield from _other_search(study, kept.get("search", {}))
    for name in sorted(set(kept["sources"]) & set(study.sources)):
        if kept["sources"][name] != study.sources[name]:
            yield f"{name}: its source has changed since the results were written"
    before, now = (found and show(found) for found in (kept.get("metrics"), study.fixed.get("metrics")))
    if before != now:
        task = "those of the task"
        yield f"metrics: the results have {before or task}, the study has {now or task}"
    yield from _other_settings(study, kept)


def _other_search(study: Study, kept: PlainTable) -> Iterator[str]:
    for name, value in (study.origin.as_json() if study.origin else {}).items():
        if name == "space":
            spaces = kept.get("space", {}), value
            for factor in sorted({*spaces[0], *spaces[1]}):
                before, now = (show(space.get(factor, "nothing")) for space in spaces)
                if before != now:
                    yield f"{factor}: the results are of a search among {before}, this one is among {now}"
        elif kept.get(name) != value:
            yield f"{name}: the results are of a search with {show(kept.get(name))}, this one has {show(value)}"


def _other_settings(study: Study, kept: PlainTable) -> Iterator[str]:
    known = {**LATER, **study.neutral}
    later = {name: level for name, level in known.items() if name in study.base and name not in kept["factors"]}
    held = later | kept["held"]
    for name in sorted(study.base):
        now = label(name, study.base[name])
        if name in kept["factors"]:
            if name not in study.factors:
                yield f"{name}: a factor in the results, held at {now} in the study"
        elif name not in held:
            yield f"{name}: the results don't have this setting"
        elif name not in study.factors:
            if not _same(study, name, held[name], [study.base[name]]):
                yield f"{name}: the results have {label(name, held[name])}, the study has {now}"
        elif isinstance(levels := study.factors[name], list) and not _same(study, name, held[name], levels):
            yield f"{name}: the results hold {label(name, held[name])}, which is no level of the study's"
    for name in sorted({*held, *kept["factors"]} - set(study.base)):
        yield f"{name}: in the results, not in the study"


def _same(study: Study, name: str, level: Level, levels: list[Level]) -> bool:
    """Whether a level is one of some, as ids have them."""
    return identity({name: level}, study.neutral) in [identity({name: other}, study.neutral) for other in levels]
