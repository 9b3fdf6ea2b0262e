"""Counts of a world's pages as a row of a CSV, and such rows as a table for a reader."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from hostile.scoring import ALPHA, Score
from scipy import stats

INTERVALS = ("levels", "in sentences", "trained gain", "test gain", "difference of gains", "behind", "share", "chance")
TOLD = ("levels", "configurations", "interactions", "ruled out")
BOUND, MOST = 0.05, 6


def row(world: str, label: str, scores: Sequence[Score], seconds: float) -> dict[str, Any]:
    """One world's counts. label: which version of the project made the pages. seconds: of processor time in all."""
    kinds = Counter(
        f"{kind} ({where})" for one in scores for kind, where in {(c.said.kind, c.where) for c in one.false}
    )
    examples = {f"{c.said.kind} ({c.where})": c.text for one in reversed(scores) for c in one.false}
    unread = dict.fromkeys(text for one in scores for text in one.unread)
    found: dict[str, Any] = {
        "world": world, "pages of": label, "pages": len(scores), "false": sum(bool(one.false) for one in scores),
        "most often false": _counted(kinds), "for example": examples[kinds.most_common(1)[0][0]] if kinds else "",
        "not wholly read": sum(bool(one.unread) for one in scores), "not read": "; ".join(list(unread)[:MOST]),
    }  # fmt: skip
    for kind in INTERVALS:
        parts = [one.intervals.get(kind, (0, 0, 0.0)) for one in scores]
        for at, what in enumerate(("shown", "missing", "expected to miss")):
            found[f"intervals {kind}: {what}"] = round(sum(part[at] for part in parts), 4)
    for kind in TOLD:
        parts = [one.told.get(kind, (0, 0)) for one in scores]
        for at, what in enumerate(("planted", "told")):
            found[f"differences {kind}: {what}"] = sum(part[at] for part in parts)
    kept = [power for one in scores for power in one.kept]
    return found | {"seeds needed: said": len(kept), "seeds needed: power": sum(kept), "seconds": round(seconds, 1)}


def _counted(kinds: Counter[str]) -> str:
    return "; ".join(f"{kind}: {count}" for kind, count in kinds.most_common(MOST))


def added(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The counts of two sets of pages together."""
    found = {key: old[key] + value if isinstance(value, int | float) else value for key, value in new.items()}
    kinds: Counter[str] = Counter()
    for one in (old, new):
        for part in filter(None, str(one["most often false"] or "").split("; ")):
            kind, _, count = part.rpartition(": ")
            kinds[kind] += int(count)
    texts = {key: old[key] or new[key] for key in ("for example", "not read")}
    return found | texts | {"most often false": _counted(kinds)}


def false_share(one: Mapping[str, Any]) -> tuple[float, float, float]:
    """The share of pages with a false sentence, and its 95 % interval by Wilson."""
    ends = stats.binomtest(int(one["false"]), int(one["pages"])).proportion_ci(method="wilson")
    return one["false"] / one["pages"], float(ends.low), float(ends.high)


def coverage(one: Mapping[str, Any], kind: str = "levels") -> float | None:
    """1 − 0.05 · missing / expected to be missed: what a 95 % interval would cover; None where none was shown."""
    expected = one[f"intervals {kind}: expected to miss"]
    return max(0.0, 1 - ALPHA * one[f"intervals {kind}: missing"] / expected) if expected else None


def power(one: Mapping[str, Any], kind: str) -> float | None:
    """The share of planted differences that pages tell; None where none is planted."""
    planted = one[f"differences {kind}: planted"]
    return one[f"differences {kind}: told"] / planted if planted else None


def save(new: dict[str, Any], path: Path, *, first: int = 0) -> None:
    """Write a world's counts, in place of those of the same world and version that are there.

    first: the number of the first page; where that is how many pages are there already, the counts are added.
    """
    rows = pd.read_csv(path, keep_default_na=False).to_dict("records") if path.is_file() else []
    same = [one for one in rows if (one["world"], one["pages of"]) == (new["world"], new["pages of"])]
    if same and first and same[0]["pages"] == first:
        new = added(same[0], new)
    at = rows.index(same[0]) if same else len(rows)
    rows[at : at + 1] = [new]
    pd.DataFrame(rows).to_csv(path, index=False, float_format="%.8g")


def markdown(table: pd.DataFrame, abouts: dict[str, str]) -> str:
    """A row per world, the versions side by side in the order in which they were saved."""
    labels = list(dict.fromkeys(table["pages of"]))
    heads = ["world", *(f"{what}, {one}" for what in ("false pages", "coverage", "power") for one in labels)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for world, some in table.groupby("world", sort=False):
        rows = {one["pages of"]: one for _, one in some.iterrows()}
        cells = [f"{world}: {abouts.get(world, '')}"]
        cells += [_false(rows.get(label)) for label in labels]
        cells += [_per_cent(None if label not in rows else coverage(rows[label])) for label in labels]
        cells += [_powers(rows.get(label)) for label in labels]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _false(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "–"
    share, low, high = map(_per_cent, false_share(one))
    text = f"{one['false']} of {one['pages']}: {share} ({low} to {high})"
    return f"**{text}**" if false_share(one)[1] > BOUND else text


def _powers(one: Mapping[str, Any] | None) -> str:
    if one is None:
        return "–"
    found = [(kind, power(one, kind)) for kind in TOLD]
    return ", ".join(f"{kind} {_per_cent(share)}" for kind, share in found if share is not None) or "–"


def _per_cent(share: float | None) -> str:
    return "–" if share is None or share != share else f"{100 * share:.{0 if share in (0, 1) else 1}f} %"  # noqa: PLR0124
