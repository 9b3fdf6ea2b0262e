"""How often is a sentence on a page false? Whole pages of simulated studies in which the truth is known.

    python benchmarks/worlds.py                                  (all worlds, 20 pages each: about ten minutes)
    python benchmarks/worlds.py --worlds null crossover --pages 200
    python benchmarks/worlds.py --world my_world.py:draw         (a generator of your own: see README.md)
    python benchmarks/worlds.py --show crossover                 (a page's text, what is read of it, and what is false)

Trials of a world are written as a results folder and go the way of any results: read, analysed, reported. Every
sentence of the answer, of what to use, of the caveats and of the sections, every title of a figure that states a
finding, and every verdict in a table is read as claims and held against the truth. What can't be read is counted and
printed. Figures are not drawn. Not read: how things were computed, and what shows trials and means as they are.

What is true, and what is false:

- A cell's true mean is its expected score on a new seed (and on new data, where seeds resplit one data set), with a
  diverged trial at its cost: what the constant prediction scores. Every verdict is about these means, also one that
  adds “where both train”: a level that fails must not be called better for what is left of it. Numbers that are
  given for where both train are held against the difference where both train.
- “better”, “beats”, “shown to help”, “use …, shown to be better” is false where the true difference is 0 or less;
  “worse”, “costs” where it is 0 or more. Where rates are tuned, both sides are the cells that the page compares.
- “no practical difference” is false where the true difference is as large as the smallest effect of interest Δ, or
  larger. “No configuration makes a practical difference” says so of every configuration.
- “ruled out as the best” is false only of a cell that is strictly better than every other.
- “depends” is false where no two levels of another factor turn the effect round. “The gain differs” is false where it
  does not, or the other way.
- “matters most” is false where another source has a larger share of the variance of the true means, or nothing has any.
  “matters” is false where a source has no share at all.
- “the most useful of”, “the most of” is false where another change gains (or costs) more.
- What ranks first, what is not shown and how many seeds may be needed can't be false of one page. Of the seeds that are
  said to be needed the true power is counted.
- Where a page itself says that failures rarer than about 3/n can't be seen on its n seeds, a claim is false only if it
  is so with and without failures that are so rare.

Intervals are counted apart, each at the level at which it is stated: coverage is 1 − 0.05 · missed / expected to be
missed, so that 95 % is right for any level. Power is the share of true differences of at least the planted size that a
page reports, by verdicts about levels, about configurations against the baseline, about interactions, and about which
configurations can't be the best.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from hostile.names import Names
from hostile.own import own_world
from hostile.pages import draw_findings, page
from hostile.scoring import ALPHA, Score, level_intervals, score, truths_of
from hostile.summary import coverage, markdown, power, row, save
from hostile.table import BY_NAME, WORLDS
from hostile.world import World

import experiments


def pages(world: World, count: int, *, seconds: float = np.inf, first: int = 0) -> tuple[list[Score], float]:
    """Scores of so many pages, fewer where so many seconds of processor time are spent; and the seconds.

    first: the number of the first page; a page's trials follow from the world's name and the page's number.
    """
    scores: list[Score] = []
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            generator = np.random.default_rng([zlib.crc32(world.name.encode()), number])
            scores.append(score(page(world, generator, Path(folder)), world))
            if time.process_time() - start > seconds:
                break
    return scores, time.process_time() - start


def level_coverage(world: World, count: int, first: int = 0) -> tuple[int, int, float]:
    """Levels' intervals of so many studies: shown, missing the truth, expected to miss. No page is written.

    first: as of `pages`, so the trials are the same. Pages say which failures their seeds may miss wherever they give
    an interval, so intervals are held against the world with and without those.
    """
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + count):
            generator = np.random.default_rng([zlib.crc32(world.name.encode()), number])
            findings = draw_findings(world, generator, Path(folder))
            truths = truths_of(world, Names(findings), misses_rare=True)
            parts += level_intervals(findings, truths).values()
    shown, missed, expected = zip(*parts, strict=True) if parts else ((), (), ())
    return sum(shown), sum(missed), sum(expected)


def show_page(world: World, number: int) -> str:
    """A page's text, with what is false and what is not read."""
    with tempfile.TemporaryDirectory() as folder:
        page_of_world = page(world, np.random.default_rng([zlib.crc32(world.name.encode()), number]), Path(folder))
    judged = score(page_of_world, world)
    lines = [f"{where}: {text}" for where, text in page_of_world.texts]
    for table in page_of_world.tables:
        lines += ["", table.caption, *(" | ".join(field.text for field in fields) for fields in table.rows), table.note]
    lines += ["", *(f"FALSE {claim.where}: {claim.text}" for claim in judged.false)]
    return "\n".join([*lines, *(f"NOT READ {text}" for text in judged.unread)])


def revision() -> str:
    """The commit of the code that makes the pages."""
    place = Path(experiments.__file__).parent
    done = subprocess.run(
        ["git", "-C", place, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"


def main() -> None:
    """Draw pages, count, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", nargs="+", choices=list(BY_NAME), metavar="NAME", help="which, by default all")
    parser.add_argument("--world", metavar="FILE:FUNCTION", help="a generator of your own")
    parser.add_argument("--pages", type=int, default=20, help="of each world, 20 by default")
    parser.add_argument("--first", type=int, default=0, help="the number of the first page")
    parser.add_argument("--minutes", type=float, default=np.inf, help="processor time in all, shared by the worlds")
    parser.add_argument("--label", default="", help="what the rows in the CSV are called; the commit by default")
    parser.add_argument(
        "--out", type=Path, help="a CSV; counts that are there are replaced, or added to where --first follows"
    )
    parser.add_argument("--table", type=Path, help="print this CSV as a table, and draw nothing")
    parser.add_argument("--show", choices=list(BY_NAME), metavar="NAME", help="print one page (--first) of a world")
    parser.add_argument("--coverage", action="store_true", help="of levels' intervals alone, without pages")
    parser.add_argument("--list", action="store_true", help="print the worlds")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{world.name}: {world.about}" for world in WORLDS))
        return
    if arguments.table:
        print(
            markdown(pd.read_csv(arguments.table, keep_default_na=False), {world.name: world.about for world in WORLDS})
        )
        return
    if arguments.show:
        print(show_page(BY_NAME[arguments.show], arguments.first))
        return
    pd.set_option("mode.string_storage", "python")  # short tables: a quarter of a page's time
    chosen = [own_world(arguments.world)] if arguments.world else WORLDS
    if arguments.worlds:
        chosen = [BY_NAME[name] for name in arguments.worlds]
    if arguments.coverage:
        for world in chosen:
            shown, missed, expected = level_coverage(world, arguments.pages, arguments.first)
            error = ALPHA * np.sqrt(missed) / expected if expected else np.nan
            covered = 1 - ALPHA * missed / expected if expected else np.nan
            print(f"{world.name}: {missed} of {shown} missed, {expected:.1f} expected: {covered:.1%} ± {error:.1%}")
        return
    label, unread = arguments.label or revision(), dict[str, None]()
    for world in chosen:
        scores, spent = pages(
            world, arguments.pages, seconds=60 * arguments.minutes / len(chosen), first=arguments.first
        )
        counts = row(world.name, label, scores, spent)
        covered, found = coverage(counts), power(counts, "levels")
        print(
            f"{world.name}: a false sentence on {counts['false']} of {counts['pages']} pages"
            + (f", coverage {covered:.1%}" if covered is not None else "")
            + (f", power {found:.0%}" if found is not None else "")
            + (f"; {counts['most often false']}" if counts["false"] else ""),
            flush=True,
        )
        unread |= dict.fromkeys(text for found in scores for text in found.unread)
        if arguments.out:
            save(counts, arguments.out, first=arguments.first)
    if unread:
        print(f"not read ({len(unread)}):", *list(unread)[:20], sep="\n  ", file=sys.stderr)


if __name__ == "__main__":
    main()
