"""Do verdicts of real training hold when everything is trained again? The studies that come with the project, twice.

    python benchmarks/repeats.py                   (some minutes)
    python benchmarks/repeats.py moons-grid --each 20

Each study is trained on its own seeds, and again on as many fresh ones. A verdict is what a page of the first run says
of a level, a configuration or an interaction: better or worse than its reference, or a gain that differs. The second
run makes the same comparison, the same cells with the same rates, on test examples: on digits the sealed part, which
no seed of either run trained or validated on, on generated data examples that every seed draws anew. Counted is, of a
sample in which every study has about the same number of verdicts, how many gains have the same sign, and how large
they are beside the first ones. All comparisons, verdicts or not, go to repeats.csv. Nothing is asserted.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import argparse
import itertools
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.declared import Declared
from experiments.analysis.families import families
from experiments.analysis.interactions import interactions
from experiments.analysis.overlap import THIS_DATA
from experiments.analysis.pairs import compare
from experiments.analysis.shared_examples import of_examples
from experiments.followups.confirm import FIRST
from experiments.results.findings import Findings
from experiments.results.follow_ups import FollowUps
from experiments.results.results import Results, read_results
from experiments.run import runner
from experiments.study.study import Study
from experiments.study.study_file import load
from experiments.study.words import configuration
from experiments.train.executors.catalog import make_executor
from experiments.train.executors.executor import Executor

REFERENCE = Path(__file__).parents[1] / "docs" / "reference.toml"
STUDIES = ("digits-leave-one-out", "digits-grid", "moons-grid", "outliers-grid", str(REFERENCE))
FOUND = ("better", "worse", "differs")
SIDES = ["cell", "reference_cell"]
AGAIN = {"mean": "again", "error": "again_error", "low": "again_low", "high": "again_high"}


def main() -> None:
    """Train everything twice, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("studies", nargs="*", default=list(STUDIES), help="names or files")
    parser.add_argument("--each", type=int, default=12, help="verdicts drawn from a study")
    parser.add_argument("--results", type=Path, help="folder to keep results in; what is there is not trained again")
    parser.add_argument("--csv", type=Path, default=Path(__file__).with_suffix(".csv"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.results or Path(folder)
        executor = make_executor("processes", place / "log.txt", os.cpu_count() or 1)
        try:
            tables = [
                table
                for study in arguments.studies
                for table in analyse_twice(*train_twice(load(study), place, executor))
            ]
        finally:
            executor.stop()
    table = pd.concat(tables, ignore_index=True)
    table.insert(1, "drawn", False)
    for _, group in table[table["about"] == ""].groupby("study"):
        table.loc[group.index, "drawn"] = choose_verdicts(group, arguments.each)
    table.to_csv(arguments.csv, index=False, float_format="%.6g")
    summary(table)


def train_twice(study: Study, folder: Path, executor: Executor) -> tuple[Results, Results]:
    """The results of a study on its own seeds, and on as many that no study has."""
    again = replace(study, name=f"{study.name}-again", seeds=list(range(FIRST, FIRST + len(study.seeds))))
    for run in (study, again):
        runner.run(run, folder, executor, engine="fused", say=lambda line: print(line, flush=True))
    return read_results(folder / study.name), read_results(folder / again.name)


def analyse_twice(first: Results, again: Results) -> list[pd.DataFrame]:
    """What a study's page says, and where all seeds split the same data also what it would say, were that data alone in
    question: many more verdicts, of smaller gains. `about` says which. Of this data alone, validation scores are the
    repeat, since fresh seeds split the same examples anew.
    """
    comparisons = [pair_up(first, again).assign(about="")]
    if first.study.overlap:
        ours, theirs = (
            replace(results, study=replace(results.study, overlap=0.0, test_overlap=0.0, sealed=False))
            for results in (first, again)
        )
        theirs = replace(theirs, trials=again.trials.assign(**{again.study.test: again.trials[again.study.validation]}))
        comparisons.append(pair_up(ours, theirs).assign(about=THIS_DATA))
    return comparisons


def pair_up(first: Results, again: Results) -> pd.DataFrame:
    """Every comparison of a study's page in both runs.

    Returns `study, family, comparison, verdict`; of the first run `seeds, gain, error`; of the second the gain on
    validation data `again_validation`, and on test data `again, again_error, again_low, again_high`, a 95 % interval.
    """
    every = FollowUps(again.trials, again.correct, fresh_study=again.study)
    tables = []
    for part in Findings(first).parts:
        fresh = every.under(part.study.held)
        made = [_pairs("levels", part, part.effects, fresh), _contrasts(part, fresh)]
        if "configurations" in families(part.study):
            made.append(_pairs("configurations", part, part.against_baseline, fresh))
        held = "".join(f" ({name}={level})" for name, level in part.study.held.items())
        tables += [
            table.assign(comparison=[f"{name}{held}" for name in table["comparison"]]) for table in made if len(table)
        ]
    found = pd.concat(tables, ignore_index=True)
    found.insert(0, "study", first.study.name)
    return found


def _pairs(family: str, part: Findings, table: pd.DataFrame, fresh: FollowUps) -> pd.DataFrame:
    """Comparisons of two cells."""
    table, study = table[table["kind"].eq("interval")].reset_index(drop=True), fresh_study(part, fresh)
    shared = of_examples(fresh.fresh, table[SIDES], study, fresh.fresh_correct)
    validated = compare(fresh.fresh, table[SIDES], study, 1, step_down=False)
    tested = compare(fresh.fresh, table[SIDES], study, 1, study.test, step_down=False, shared=shared)
    if family == "levels":
        names = [f"{row.factor}: {row.level} against {row.reference}" for row in table.itertuples()]
    else:
        names = [configuration(part.cell(cell), part.study.varied) for cell in table["cell"]]
    return _rows(family, names, table, validated, tested)


def _contrasts(part: Findings, fresh: FollowUps) -> pd.DataFrame:
    """Interactions: the first run's table, and the same cells in the second."""
    table, study, trials = part.interactions, fresh_study(part, fresh), fresh.fresh
    validated = interactions(trials, part.cells, study)
    as_validated = trials.assign(**{study.validation: trials[study.test]})
    tested = interactions(as_validated, part.cells, replace(study, overlap=0.0))
    examples = validated["sd"].astype(float) ** 2 * study.test_overlap  # the bound of `of_examples`
    error = np.sqrt(tested["error"].astype(float) ** 2 + examples)
    half = stats.t.ppf(0.975, tested["degrees"].astype(float)) * error
    tested = tested.assign(error=error, low=tested["mean"] - half, high=tested["mean"] + half)
    keep = table["kind"].eq("interval") & tested["kind"].eq("interval")
    names = [f"{row.factor}: {row.level} with {row.other}: {row.at}" for row in table[keep].itertuples()]
    return _rows("interactions", names, *(scores[keep].reset_index(drop=True) for scores in (table, validated, tested)))


def fresh_study(part: Findings, fresh: FollowUps) -> Declared:
    """The declaration with the data that the fresh seeds have, intervals at 95 %."""
    data = fresh.fresh_study
    return replace(part.study, sealed=data.sealed, overlap=data.overlap, test_overlap=data.test_overlap, share=1.0)


def _rows(family: str, names: list[str], *runs: pd.DataFrame) -> pd.DataFrame:
    first, validated, tested = runs
    ours = {"family": family, "comparison": names, "verdict": first["outcome"], "seeds": first["n"]}
    ours |= {"gain": first["mean"], "error": first["error"], "again_validation": validated["mean"]}
    return pd.DataFrame(ours | {name: tested[column] for column, name in AGAIN.items()})


def choose_verdicts(table: pd.DataFrame, each: int) -> pd.Series:
    """Which verdicts of a study are counted: its families take turns, each in an order drawn once, until `each`."""
    order = np.random.default_rng(16).permutation(len(table))
    found = verdicts(table.iloc[order])
    queues = [part.index.to_list() for _, part in found.groupby("family", sort=False)]
    turns: Iterable[int | None] = itertools.chain.from_iterable(itertools.zip_longest(*queues))
    chosen = list(itertools.islice((pair for pair in turns if pair is not None), each))
    return pd.Series(table.index.isin(chosen), table.index)


def summary(table: pd.DataFrame) -> None:
    """Print what was counted: of the drawn verdicts by study, of all verdicts, of all comparisons."""
    sample, shipped = table[table["drawn"]], table[table["about"] == ""]
    groups = dict(iter(sample.groupby("study", sort=False)))
    groups |= {"all drawn": sample, "all verdicts": verdicts(shipped), "all comparisons": shipped}
    groups["verdicts of digits, were this data alone in question"] = verdicts(table[table["about"] == THIS_DATA])
    titles = ["comparisons", "same sign", "mean ratio", "mean ratio on validation data", "ratio of sums", "as expected"]
    print(f"\n| | {' | '.join(titles)} |\n{'|---' * (len(titles) + 1)}|")
    for name, part in groups.items():
        same = int((part["again"] * part["gain"] > 0).sum())
        ratios = [f"{ratio(part, column).mean():.3f}" for column in ("again", "again_validation")]
        ratios = ["–", "–"] if name == "all comparisons" else ratios  # a gain near 0 has no ratio
        print(
            f"| {name} | {len(part)} | {same} | {' | '.join(ratios)} | {of_sums(part):.3f} | {count_expected(part)} |"
        )
    means = ratio(sample, "again").groupby(sample["study"], sort=False).mean()
    half = stats.t.ppf(0.975, len(means) - 1) * means.sem()
    print(f"\nmean ratio over studies {means.mean():.3f}, 95 % interval {means.mean() - half:.3f} to ", end="")
    print(f"{means.mean() + half:.3f}; quartiles of all drawn {ratio(sample, 'again').quantile([0.25, 0.75]).tolist()}")


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """The comparisons in which a difference was found."""
    return table[table["verdict"].isin(FOUND)]


def ratio(table: pd.DataFrame, column: str) -> pd.Series:
    """The gain in the second run over that in the first."""
    return table[column] / table["gain"]


def of_sums(table: pd.DataFrame) -> float:
    """What all gains sum up to in the second run over the first, on average over studies, whose units differ."""
    sums = table.groupby("study")[["gain", "again"]].sum()
    return float((sums["again"] / sums["gain"]).mean())


def count_expected(table: pd.DataFrame) -> int:
    """In how many comparisons the two gains differ by no more than the standard errors of both let expect, at 95 %."""
    both = np.hypot(table["error"], table["again_error"])
    return int((abs(table["again"] - table["gain"]) <= stats.t.ppf(0.975, table["seeds"] - 1) * both).sum())


if __name__ == "__main__":
    main()
