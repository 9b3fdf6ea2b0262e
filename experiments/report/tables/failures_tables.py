"""Tables of trials that diverged, learned nothing or failed."""

import pandas as pd

from experiments.analysis.rows import rows_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table, table, value
from experiments.study.labels import number
from experiments.study.words import configuration, name, short

MOST_ERRORS = 20


def failures_table(findings: PageFindings) -> Table | None:
    """Divergence by level, or None where nothing was varied or nothing diverged."""
    return _by_level(findings.failures, "diverged", "failures-table", "Diverged trials")


def nothing_table(findings: PageFindings) -> Table | None:
    """Trials that learned nothing by level, or None where nothing was varied or all learned something."""
    return _by_level(findings.nothing_learned, "learned_nothing", "nothing-table", "Trials that learned nothing")


def _by_level(shares: pd.DataFrame, called: str, named: str, caption: str) -> Table | None:
    if shares.empty or not shares[called].any():
        return None
    rows = [
        [
            value(name(row["factor"])),
            value(short(row["level"]), number(row["level"])),
            value(f"{row[called]} of {row['runs']}", row["share"], "bad" if row[called] else ""),
            value(f"{row['share']:.0%}", row["share"]),
            value(f"{row['low']:.0%} to {row['high']:.0%}", row["low"]),
        ]
        for _, row in shares.iterrows()
    ]
    return table(named, f"{caption} by level", ["Factor", "Level", caption, "Share", "95 % interval"], rows)


def errors_table(findings: PageFindings) -> Table | None:
    """Trials that failed with an error, or None."""
    failed = findings.trials[findings.trials["status"] == "failed"]
    if failed.empty:
        return None
    words = findings.cells.set_index("cell")
    rows = [
        [
            value(configuration(words.loc[row.cell], findings.study.varied)),
            value(row.seed, int(row.seed)),
            value(_line(getattr(row, "error", ""))),
        ]
        for row in rows_of(failed.head(MOST_ERRORS))
    ]
    some = f", the first {MOST_ERRORS} of {len(failed)}" if len(failed) > MOST_ERRORS else ""
    return table("errors-table", f"Failed trials{some}", ["Configuration", "Seed", "Error"], rows)


def _line(error: str) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"
