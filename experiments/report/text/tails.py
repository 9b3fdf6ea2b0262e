"""What long tails and rare collapses do to verdicts, and what so many seeds can't show, in words."""

import pandas as pd

from experiments.analysis.collapse import rarest_seen
from experiments.analysis.rows import NamedRow, rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.text.sentences import with_condition
from experiments.study.words import count, join_words, level, percent

LONGER = 1.05  # times as long as t's, from which the page says so
VERDICTS = ("better", "worse", "no practical difference", "depends", "differs")


def tail_caveats(findings: PageFindings) -> list[str]:
    """Comparisons without a verdict because one side collapses now and then, and those with longer intervals."""
    table = findings.effects
    sentences = [
        f"{_who(row)}: no verdict, for {row.rare} of {count(row.rare_of, 'run')} of {_side(row)} lie far below all "
        f"others, {count(row.n, 'seed')} may miss what happens as rarely as that, and the interval allows for it. More "
        "seeds would tell."
        for row in rows_of(table[table["outcome"].eq("too uneven")])
    ]
    stretch = table[["stretch_low", "stretch_high"]].max(axis=1)
    skewed = table[table["tail"].eq("skewed") & stretch.gt(LONGER)]
    if len(skewed):
        names = join_words([_who(row) for row in rows_of(skewed)])
        sentences.append(
            f"Scores have a long tail on one side ({names}); these intervals allow for it, up to "
            f"{stretch[skewed.index].max():.1f} times as long as Student’s t has them."
        )
    return sentences


def unseen(findings: PageFindings) -> str:
    """What verdicts and intervals from so many seeds leave out; empty where there are none."""
    best = findings.against_best
    tables = [
        *(
            table[table["kind"].eq("interval") | table["outcome"].isin(VERDICTS)]
            for table in (findings.effects, findings.against_baseline)
        ),
        findings.interactions[findings.interactions["outcome"].isin(VERDICTS)],
        best[best["apart"] | best["within"]],
    ]
    counts = pd.concat([table["n"] for table in tables])
    if counts.empty or counts.min() < 2:
        return ""
    seeds = int(counts.min())
    noun = "seed" if findings.study.paired else "run"
    return (
        f"Verdicts and intervals hold apart from what is too rare to be seen: {count(seeds, noun)} may miss a "
        f"failure that happens in fewer than about {percent(rarest_seen(seeds))} of runs."
    )


def _who(row: NamedRow) -> str:
    return level(row.factor, row.level) + with_condition(row.condition)


def _side(row: NamedRow) -> str:
    return level(row.factor, row.level if row.rare_own else row.reference)
