"""Verdicts hang on what a table says, never on how it is written.

A table is drawn, and then written again: its rows and columns in another order, its levels renamed, its numbers and
seeds spelled otherwise, its seeds relabelled so that pairs stay pairs, cut into files whose text is joined again, with
another separator, decimal sign, line ending or mark. The page must come to the same verdicts.
"""

import csv
import io
import os
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from experiments.interchange.imports.foreign import read_foreign
from experiments.interchange.imports.writer import write_imported
from experiments.report.page_findings import PageFindings
from experiments.results.results import read_results

EXAMPLES = 2000 if os.environ.get("EQUALITY") == "all" else 12
NAMES = [
    "64_32",
    "128_64",
    "1_16",
    "11_6",
    "relu",
    "[64, 32]",
    "cosine(0.1)",
    "0x10",
    "v1.2",
    "é",
    "64-64",
    "a=b",
    "none",
]
NUMBERS = [1, 2, 32, 64, 0.5, 0.25, 1e-3, -4]
SEEDS = [0, 1, 2, 3, 7, 2**53 + 1, 2**53 + 2, 2**62, -5]


@dataclass
class Drawn:
    """levels: the levels of each factor, its first the baseline. rows: levels, seed, score and state."""

    levels: list[list]
    seeded: bool
    rows: list[tuple[tuple, int, str, str]]


@dataclass
class Writing:
    """How a table is written. names, seeds: what levels and seeds are called. spell: of each cell that is a number."""

    names: list[dict] = field(default_factory=list)
    seeds: dict = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    spell: list[int] = field(default_factory=lambda: [0])
    separator: str = ","
    comma: bool = False
    ending: str = "\n"
    mark: str = ""


@st.composite
def tables(draw):
    factors = draw(st.integers(1, 2))
    pools = [draw(st.sampled_from([NAMES, NUMBERS])) for _ in range(factors)]
    levels = [draw(st.lists(st.sampled_from(pool), min_size=2, max_size=3, unique=True)) for pool in pools]
    seeds = draw(st.lists(st.sampled_from(SEEDS), min_size=2, max_size=4, unique=True))
    cells = [(level,) for level in levels[0]]
    if factors == 2:
        cells = [(level, other) for level in levels[0] for other in levels[1]]
    rows = []
    for cell in cells:
        better = draw(st.integers(0, 300))
        for seed in seeds:
            there = draw(st.sampled_from(["finished"] * 8 + ["crashed", "nan", "missing"]))
            if there == "missing":
                continue
            score = "nan" if there == "nan" else str(Decimal(5000 + better + draw(st.integers(-40, 40))) / 10000)
            rows.append((cell, seed, score, "crashed" if there == "crashed" else "finished"))
    return Drawn(levels, draw(st.booleans()), rows)


@st.composite
def rewritten(draw, drawn):
    names = []
    for levels in drawn.levels:
        fresh = draw(st.permutations(NAMES if isinstance(levels[0], str) else NUMBERS))
        names.append(dict(zip(levels, fresh, strict=False)))
    seeds = sorted({seed for _, seed, _, _ in drawn.rows})
    pool = draw(
        st.sampled_from([SEEDS, list("abcdefghi"), [f"host-{at}" for at in range(9)], [at + 0.5 for at in range(9)]])
    )
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    return Writing(
        names,
        dict(zip(seeds, draw(st.permutations(pool)), strict=False)),
        draw(st.permutations(range(len(drawn.rows)))),
        draw(st.permutations(range(len(drawn.levels) + 3))),
        draw(st.lists(st.integers(0, len(drawn.rows)), max_size=2)),
        draw(st.lists(st.integers(0, 5), min_size=1, max_size=9)),
        separator,
        separator != "," and draw(st.booleans()),
        draw(st.sampled_from(["\n", "\r\n"])),
        draw(st.sampled_from(["", "\ufeff"])),
    )


def spelled(value, how: int) -> str:
    """A number in one of many spellings, text as it is."""
    text = str(value)
    if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
        return text
    exact = Decimal(text)
    forms = [text, f"+{text}" if exact >= 0 else f"−{-exact}", f"{text}0" if "." in text else f"{text}.0", f" {text} "]
    large = abs(exact) >= 2**53  # a large seed with a point was rounded, for all that can be known
    return text if large and how == 2 else (forms[how] if how < len(forms) else (text if large else f"{exact:e}"))


def write(drawn: Drawn, how: Writing) -> str:
    names = how.names or [{level: level for level in levels} for levels in drawn.levels]
    at = 0

    def cell(value, *, score: bool = False) -> str:
        nonlocal at
        at += 1
        form = how.spell[at % len(how.spell)]
        share = score and form == 5 and value != "nan"
        text = f"{Decimal(value) * 100}%" if share else spelled(value, form)
        number = score or not isinstance(value, str)
        return text.replace(".", ",") if how.comma and number else text

    header = [*(f"f{number}" for number in range(len(names))), "seed", "val_acc", "state"]
    columns = how.columns or range(len(header))
    target = io.StringIO()
    writer = csv.writer(target, delimiter=how.separator, lineterminator=how.ending)
    writer.writerow([header[column] for column in columns])
    for place, row in enumerate(how.order or range(len(drawn.rows))):
        levels, seed, score, state = drawn.rows[row]
        if place in how.cuts:  # a second file begins
            writer.writerow([header[column] for column in columns])
        cells = [cell(name[level]) for name, level in zip(names, levels, strict=True)]
        cells += [cell(how.seeds.get(seed, seed)), cell(score, score=True), state]
        writer.writerow([cells[column] for column in columns])
    return how.mark + target.getvalue()


def verdicts(drawn: Drawn, how: Writing) -> tuple[dict, dict]:
    """Every comparison's outcome and counts, by factor and level as drawn; and its figures, and the best score."""
    names = how.names or [{level: level for level in levels} for levels in drawn.levels]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "t.csv"
        place.write_text(write(drawn, how), encoding="utf-8", newline="")
        imported = read_foreign(
            place,
            factors=",".join(f"f{number}" for number in range(len(names))),
            score="val_acc",
            seed="seed" if drawn.seeded else None,
            baseline=[
                f"f{number}={name[levels[0]]}"
                for number, (name, levels) in enumerate(zip(names, drawn.levels, strict=True))
            ],
        )
        findings = PageFindings(read_results(write_imported(imported, Path(folder) / "results", "t", "")))
        effects, best = findings.effects, findings.best
    outcomes, figures = {}, {"best": float("nan") if best is None else best["validation_mean"]}
    for row in effects.to_dict("records"):
        factor = int(row["factor"][1:])
        back = {str(new): old for old, new in names[factor].items()}
        level = back[row["level"]]
        outcomes[factor, level] = [row[key] for key in ("n", "wins", "losses", "runs", "diverged", "outcome")]
        figures |= {(factor, level, key): row[key] for key in ("mean", "low", "high")}
    return outcomes, figures


def usable(drawn: Drawn) -> bool:
    """Whether the baseline is there, and each factor has two levels."""
    there = [{row[0][index] for row in drawn.rows} for index in range(len(drawn.levels))]
    return all(levels[0] in some and len(some) > 1 for some, levels in zip(there, drawn.levels, strict=True))


@pytest.mark.timeout(7200 if EXAMPLES > 100 else 300)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(st.data())
def test_the_same_verdicts_however_a_table_is_written(data):
    drawn = data.draw(tables().filter(usable))
    how = data.draw(rewritten(drawn))
    outcomes, figures = verdicts(drawn, Writing())
    others, other_figures = verdicts(drawn, how)
    assert others == outcomes
    assert other_figures == pytest.approx(figures, nan_ok=True, abs=1e-12)
