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
        f"{kind} ({where})" for score in scores for kind, where in {(c.said.kind, c.where) for c in score.false}
    )
    examples = {f"{c.said.kind} ({c.where})": c.text for score in reversed(scores) for c in score.false}
    unread = dict.fromkeys(text for score in scores for text in score.unread)
    counts: dict[str, Any] = {
        "world": world, "pages of": label, "pages": len(scores), "false": sum(bool(score.false) for score in scores),
        "most often false": _count(kinds), "for example": examples[kinds.most_common(1)[0][0]] if kinds else "",
        "not wholly read": sum(bool(score.unread) for score in scores), "not read": "; ".join(list(unread)[:MOST]),
    }  # fmt: skip
    for kind in INTERVALS:
        parts = [score.intervals.get(kind, (0, 0, 0.0)) for score in scores]
        for at, what in enumerate(("shown", "missing", "expected to miss")):
            counts[f"intervals {kind}: {what}"] = round(sum(part[at] for part in parts), 4)
    for kind in TOLD:
        parts = [score.reported.get(kind, (0, 0)) for score in scores]
        for at, what in enumerate(("planted", "told")):
            counts[f"differences {kind}: {what}"] = sum(part[at] for part in parts)
    kept = [power for score in scores for power in score.kept]
    return counts | {"seeds needed: said": len(kept), "seeds needed: power": sum(kept), "seconds": round(seconds, 1)}


def _count(kinds: Counter[str]) -> str:
    return "; ".join(f"{kind}: {count}" for kind, count in kinds.most_common(MOST))


def add(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The counts of two sets of pages together."""
    sums = {key: old[key] + value if isinstance(value, int | float) else value for key, value in new.items()}
    kinds: Counter[str] = Counter()
    for row in (old, new):
        for part in filter(None, str(row["most often false"] or "").split("; ")):
            kind, _, count = part.rpartition(": ")
            kinds[kind] += int(count)
    texts = {key: old[key] or new[key] for key in ("for example", "not read")}
    return sums | texts | {"most often false": _count(kinds)}


def false_share(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """The share of pages with a false sentence, and its 95 % interval by Wilson."""
    ends = stats.binomtest(int(row["false"]), int(row["pages"])).proportion_ci(method="wilson")
    return row["false"] / row["pages"], float(ends.low), float(ends.high)


def coverage(row: Mapping[str, Any], kind: str = "levels") -> float | None:
    """1 − 0.05 · missing / expected to be missed: what a 95 % interval would cover; None where none was shown."""
    expected = row[f"intervals {kind}: expected to miss"]
    return max(0.0, 1 - ALPHA * row[f"intervals {kind}: missing"] / expected) if expected else None


def power(row: Mapping[str, Any], kind: str) -> float | None:
    """The share of planted differences that pages report; None where none is planted."""
    planted = row[f"differences {kind}: planted"]
    return row[f"differences {kind}: told"] / planted if planted else None


def save(new: dict[str, Any], path: Path, *, first: int = 0) -> None:
    """Write a world's counts, in place of those of the same world and version that are there.

    first: the number of the first page; where that is how many pages are there already, the counts are added.
    """
    rows = pd.read_csv(path, keep_default_na=False).to_dict("records") if path.is_file() else []
    same = [row for row in rows if (row["world"], row["pages of"]) == (new["world"], new["pages of"])]
    if same and first and same[0]["pages"] == first:
        new = add(same[0], new)
    at = rows.index(same[0]) if same else len(rows)
    rows[at : at + 1] = [new]
    pd.DataFrame(rows).to_csv(path, index=False, float_format="%.8g")


def markdown(table: pd.DataFrame, abouts: dict[str, str]) -> str:
    """A row per world, the versions side by side in the order in which they were saved."""
    labels = list(dict.fromkeys(table["pages of"]))
    heads = ["world", *(f"{what}, {label}" for what in ("false pages", "coverage", "power") for label in labels)]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for world, some in table.groupby("world", sort=False):
        rows = {row["pages of"]: row for _, row in some.iterrows()}
        cells = [f"{world}: {abouts.get(world, '')}"]
        cells += [_false(rows.get(label)) for label in labels]
        cells += [_per_cent(None if label not in rows else coverage(rows[label])) for label in labels]
        cells += [_powers(rows.get(label)) for label in labels]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _false(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "–"
    share, low, high = map(_per_cent, false_share(row))
    text = f"{row['false']} of {row['pages']}: {share} ({low} to {high})"
    return f"**{text}**" if false_share(row)[1] > BOUND else text


def _powers(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "–"
    found = [(kind, power(row, kind)) for kind in TOLD]
    return ", ".join(f"{kind} {_per_cent(share)}" for kind, share in found if share is not None) or "–"


def _per_cent(share: float | None) -> str:
    return "–" if share is None or share != share else f"{100 * share:.{0 if share in (0, 1) else 1}f} %"  # noqa: PLR0124
