"""A study's tables and figures for a paper: LaTeX with booktabs, PDF, and a caption that says how it was found."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

from experiments.analysis.looks import place
from experiments.report.figures.figure import Figure, canvas_of
from experiments.report.page_findings import PageFindings
from experiments.report.tables.table import Table
from experiments.report.text.sentences import conditions
from experiments.store.files import write
from experiments.study.words import count

_SPECIAL = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "−": "$-$", "–": "--", "±": r"$\pm$", "×": r"$\times$",
    "Δ": r"$\Delta$", "\N{NO-BREAK SPACE}": "~", "→": r"$\to$", "≥": r"$\geq$", "’": "'", "“": "``",
    "”": "''", "·": r"$\cdot$", "<": "$<$", ">": "$>$",
    "|": r"\textbar{}", "`": r"\textasciigrave{}", "…": r"\dots{}",
}  # fmt: skip


def write_paper(findings: PageFindings, figures: Sequence[Figure], tables: Sequence[Table], folder: Path) -> Path:
    """Writes `<table>.tex`, `<figure>.pdf` and `<figure>.tex`, which includes it with its caption; returns the folder.

    The same results give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ending = how_found(findings)
    for table in tables:
        note = f" {table.note}" if table.note else ""
        write(folder / f"{table.name}.tex", latex_table(table, f"{table.caption}.{note} {ending}"))
    for figure in figures:
        buffer = io.BytesIO()
        with canvas_of(figure) as canvas:
            canvas.savefig(buffer, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
        (folder / f"{figure.name}.pdf").write_bytes(buffer.getvalue())
        write(folder / f"{figure.name}.tex", latex_figure(figure, f"{figure.title}. {figure.caption} {ending}"))
    return folder


def how_found(findings: PageFindings) -> str:
    """n, test, correction and conditions, as a caption ends."""
    seeds = findings.trials["seed"].nunique()
    where = conditions(findings.study)
    if seeds < 2:
        return f"{where[0].upper()}{where[1:]}; one seed, so no test."
    others = ~findings.parts[0].against_baseline["is_level"].astype(bool)
    families = {"levels": len(findings.effects), "other configurations": int(others.sum())}
    made = " and ".join(f"m = {m} for {what}" for what, m in families.items() if m)
    corrected = f", Holm-corrected ({made})" if made else ""
    if findings.study.looks:
        corrected += f", look {place(findings.study.looks, seeds) + 1} of {len(findings.study.looks)}"
    again = "" if findings.fresh is None else f" and {count(findings.fresh['seed'].nunique(), 'fresh seed')}"
    test = f"{_test(findings)}{corrected}, 5 % for the page as a whole"
    return f"{where[0].upper()}{where[1:]}; n = {count(seeds, 'seed')}{again}, {test}."


def _test(findings: PageFindings) -> str:
    wide = " with the corrected resampled variance" if findings.study.overlap else ""
    if not findings.unpaired:
        return f"paired t intervals{wide}"
    if findings.wholly_unpaired:
        return f"Welch’s t intervals{wide}"
    return f"paired t intervals{wide}, Welch’s where no seed is shared,"


def latex(text: str) -> str:
    """Text as LaTeX has it.

    >>> latex("cross_entropy: −0.5 to 12 %")
    'cross\\\\_entropy: $-$0.5 to 12 \\\\%'
    """
    return "".join(_SPECIAL.get(letter, letter) for letter in re.sub(r"\s*\n\s*", " ", text))


def latex_table(table: Table, caption: str) -> str:
    """A table of the package booktabs."""
    columns = "".join("r" if number else "l" for _, number in table.heads)
    lines = [
        r"\begin{table}", r"\centering", rf"\caption{{{latex(caption)}}}", rf"\label{{tab:{table.name}}}",
        rf"\begin{{tabular}}{{{columns}}}", r"\toprule", f"{_row([head for head, _ in table.heads])}", r"\midrule",
        *(_row([value.text for value in row]) for row in table.rows), r"\bottomrule", r"\end{tabular}", r"\end{table}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def latex_figure(figure: Figure, caption: str) -> str:
    """A figure that includes the PDF beside it."""
    lines = [
        r"\begin{figure}",
        r"\centering",
        rf"\includegraphics[width=\linewidth]{{{figure.name}.pdf}}",
        rf"\caption{{{latex(caption)}}}",
        rf"\label{{fig:{figure.name}}}",
        r"\end{figure}",
    ]
    return "\n".join(lines) + "\n"


def _row(fields: Sequence[str]) -> str:
    line = " & ".join(map(latex, fields)) + r" \\"
    return f"{{}}{line}" if line.startswith(("[", "*")) else line  # which would belong to the end of the row before
