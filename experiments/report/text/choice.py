"""What to use: recommended is what is shown to be better, else the baseline; what ranks first is called just that."""

from dataclasses import dataclass

import pandas as pd

from experiments.analysis.rows import row_at
from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import baseline_name
from experiments.report.text.failure_words import where_both_train
from experiments.report.text.sentences import any_diverged, contrast, first_for_failures, not_compared, turn
from experiments.study.columns import RATE
from experiments.study.words import capitalize, circumstance, count, join_words

MOST_NAMED = 4
BEST = "in the table “The best configurations”"


@dataclass(frozen=True)
class Choice:
    """cell: what is recommended, None where nothing is. text: that in words, empty where there is no choice."""

    cell: str | None = None
    text: str = ""


def choice(findings: PageFindings, levels: pd.DataFrame | None = None) -> Choice:
    """What to use. levels: the comparisons that may show a single change to be better, by default the declared ones."""
    best = findings.best
    if best is None or len(findings.cells) == 1:
        return Choice(None if best is None else best["cell"])
    if (declared := _declared_choice(findings)) is not None:
        return declared
    if findings.study.design == "random":
        return _of_draws(findings)
    if findings.reference == best["cell"]:
        return Choice(best["cell"], f"Keep {_who(findings)}: nothing ranks above it.{_as_good(findings)}")
    return _beside_baseline(findings, findings.deciding if levels is None else levels)


def use_text(findings: PageFindings) -> str:
    """What to use, and where the trained model is."""
    if findings.best is None:
        return ""
    said = [choice(findings).text]
    if findings.study.conditions:
        table, declared = findings.deciding, _declared_choice(findings)
        said = [declared.text] if declared else []
        said += [
            f"With {circumstance(part.study.held)}: {text.replace('Keep', 'keep', 1).replace('Use', 'use', 1)}"
            for part in findings.parts
            if (text := choice(part, table[[condition == part.study.held for condition in table["condition"]]]).text)
        ]
    return " ".join(text for text in (*said, _describe_saved(findings)) if text)


def code_text(findings: PageFindings) -> str:
    """What the code on the page is, and how to come from it to what is recommended."""
    chosen, first = choice(findings).cell, findings.best_cell
    other = ""
    if findings.study.conditions:
        what = "What ranks first under each condition,"
    elif len(findings.cells) == 1:
        what = "The configuration"
    elif chosen is None:
        what = "The configuration that ranks first, which is not shown to be better,"
    else:
        what = "The recommended configuration"
        if chosen != first:
            own, two, _ = contrast(findings, first, chosen)
            other = f" For what ranks first write {own} instead of {two}."
    return (
        f"{what} written out; it trains and tests it on the data of seed 0, for which keras-ablations must be "
        "installed. Initial weights and the order of examples are Keras’ own, so its score will differ from those here "
        f"as those of two seeds differ.{other}"
    )


def shown_cell(findings: PageFindings) -> str:
    """The cell that is written out: what is recommended, under a condition or where nothing is what ranks first."""
    chosen = None if findings.study.held else choice(findings).cell
    return str(findings.best_cell if chosen is None else chosen)


def chosen_caption(findings: PageFindings) -> str:
    """What the table of settings shows."""
    if findings.study.conditions:
        return "What ranks first under each condition"
    if len(findings.cells) == 1:
        return "The one configuration"
    recommended = choice(findings).cell is not None
    return "The recommended configuration" if recommended else "The configuration that ranks first"


def _declared_choice(findings: PageFindings) -> Choice | None:
    """What the declared comparison decides; None where none is declared, or it decides nothing."""
    row = findings.deciding_primary
    if row is None or row["outcome"] not in ("better", "worse"):
        return None
    better, worse = (row["cell"], row["reference_cell"])[:: 1 if row["outcome"] == "better" else -1]
    names = [
        _who(findings) if cell == findings.reference else _describe_change(findings, cell) for cell in (better, worse)
    ]
    first = findings.best_cell
    other = "" if first == better else f" {capitalize(findings.words(first))} ranks first, which is not what was asked."
    why = _describe_failures(findings, better, row if row["outcome"] == "better" else turn(row))
    return Choice(better, f"Use {names[0]}, shown to be better than {names[1]}, as was asked.{why}{other}")


def _of_draws(findings: PageFindings) -> Choice:
    others, words, near = findings.against_best, findings.words(findings.best_cell), _near(findings)
    if len(others) and others["apart"].all():
        return Choice(findings.best_cell, f"Use {words}: each of the others is shown to be worse.")
    among = f" Choose what is simplest or fastest among {near}." if near else ""
    return Choice(None, f"{capitalize(words)} ranks first, not shown to be better.{among}")


def _beside_baseline(findings: PageFindings, levels: pd.DataFrame) -> Choice:
    """Where something else than the reference ranks first."""
    best, name = findings.best_cell, baseline_name(findings)
    over = findings.deciding_gain
    first = f"{capitalize(findings.words(best))} ranks first"
    if over is None or over["n"] == 0:
        return Choice(None, f"{first}, not shown to be better: {not_compared(findings, name)}.")
    # under a condition the comparisons of levels decide alone: they hold over all conditions at once
    if over["outcome"] == "better" and not findings.study.held:
        why = _describe_failures(findings, best, over)
        return Choice(
            best, f"Use {_describe_change(findings, best)}, shown to be better than {name}.{why}{_as_good(findings)}"
        )
    if (wins := _other(findings)) is not None:
        more = f" {first}, not shown to be better than {name}."
        row = row_at(findings.against_baseline.set_index("cell", drop=False), wins)
        why = _describe_failures(findings, wins, row)
        return Choice(wins, f"Use {_describe_change(findings, wins)}, shown to be better than {name}.{why}{more}")
    if (wins := _single(findings, levels)) is not None:
        more = "" if wins == best else f" {first}, not shown to be better than {name}."
        row = levels[levels["cell"].eq(wins) & levels["outcome"].eq("better")].iloc[0]
        why = _describe_failures(findings, wins, row)
        return Choice(
            wins, f"Use {_describe_change(findings, wins)}, by itself shown to be better than {name}.{why}{more}"
        )
    if first_for_failures(over):
        lost = f"{name} diverged on {over['reference_diverged']} of {count(over['reference_runs'], 'seed')}"
        return Choice(None, f"{first} because {lost}; where both train it is not shown to be better.")
    near = _near(findings)
    among = f" among {near}" if near else ""
    text = f"Keep {_who(findings)}, or choose what is simplest or fastest{among}."
    close = over["outcome"] == "no practical difference"
    behind = f"by less than {findings.scale.gap(over['delta'])}" if close else "not shown to be better"
    return Choice(findings.reference, f"{text}{_rate(findings)} {first}, {behind}.")


def _describe_failures(findings: PageFindings, cell: str, row: pd.Series) -> str:
    """How often what is recommended diverged, and its gain where both train; empty where neither side diverged.

    row: of `compare`, the comparison that shows it to be better.
    """
    if not any_diverged(row):
        return ""
    own = findings.cell(cell)
    said = f" It diverged on {own['diverged']} of {count(own['ok'] + own['diverged'], 'seed')}"
    other = f"what it is compared with on {row['reference_diverged']} of {count(row['reference_runs'], 'seed')}"
    return f"{said}, {other}; {where_both_train(findings, row)}."


def _rate(findings: PageFindings) -> str:
    """What its own rate gains the baseline, where that is shown."""
    if not findings.tuned:
        return ""
    best = findings.cell(findings.reference_cell)[RATE]
    table = findings.deciding
    row = table[table["factor"].eq(RATE) & table["level"].eq(best) & table["outcome"].eq("better")]
    if row.empty:
        return ""
    size = findings.scale.measured(*row.iloc[0][["mean", "low", "high"]])
    return f" Its learning rate, {best}, is shown to be better than the declared {row.iloc[0]['reference']}, by {size}."


def _other(findings: PageFindings) -> str | None:
    """The best-ranked configuration that is shown to be better than the baseline, where the first is not.

    On fresh seeds only what ranked first was compared anew, so that nothing else is recommended; nor under a condition.
    """
    table = findings.against_baseline
    better = table[table["outcome"].eq("better") & (table["cell"] != findings.best_cell)]
    if findings.fresh_gain is not None or findings.study.held or better.empty:
        return None
    return str(better.iloc[0]["cell"])


def _single(findings: PageFindings, levels: pd.DataFrame) -> str | None:
    """The cell of the single change that is shown to gain most."""
    better = levels[levels["outcome"].eq("better")]
    better = better[better["factor"] != RATE] if findings.tuned else better
    return None if better.empty else str(better.loc[better["mean"].idxmax(), "cell"])


def _describe_change(findings: PageFindings, cell: str) -> str:
    """A cell as what is used: `the baseline with tanh`, `the whole without dropout`, `tanh · huber`."""
    words = findings.words(cell)
    if findings.study.design not in ("one-factor", "leave-one-out"):
        return words
    return f"{baseline_name(findings)} {'' if words.startswith('without') else 'with '}{words}"


def _near(findings: PageFindings, *, itself: bool = True) -> str:
    """What may be the best or is close to it, with what ranks first itself or beside it: by name where it is little."""
    others = findings.against_best
    near = others[~others["apart"] | others["within"]]
    if near.empty or others["outcome"].eq("one seed").all():
        return ""
    if len(near) <= MOST_NAMED:
        cells = [*([findings.best_cell] if itself else []), *near["cell"]]
        return join_words([_with_failures(findings, cell) for cell in cells], most=len(cells))
    if itself:
        return f"what may be the best ({len(near) + 1} of {len(others) + 1}, {BEST})"
    return f"{len(near)} of {len(others)} others ({BEST})"


def _with_failures(findings: PageFindings, cell: str) -> str:
    """A cell in words, never without how often it diverged."""
    row = findings.cell(cell)
    lost = f" ({row['diverged']} of {count(row['ok'] + row['diverged'], 'seed')} diverged)" if row["diverged"] else ""
    return f"{findings.words(cell)}{lost}"


def _as_good(findings: PageFindings) -> str:
    near = _near(findings, itself=False)
    return f" Not ruled out, or close: {near}; of these choose what is simplest or fastest." if near else ""


def _who(findings: PageFindings) -> str:
    """The reference by name and levels, unless its name says them."""
    name, words = baseline_name(findings, rate=False), findings.words(findings.reference_cell)
    return name if words == name else f"{name}, {words}"


def _describe_saved(findings: PageFindings) -> str:
    trial = findings.trials[findings.trials["trial"] == findings.results.manifest.get("best")]
    if trial.empty:
        return ""
    cell, seed, place = trial.iloc[0]["cell"], trial.iloc[0]["seed"], f"results/{findings.study.name}/best.keras"
    if trial.iloc[0]["trial"] != findings.best_trial:
        own, first = row_at(findings.trials.set_index("trial"), findings.best_trial)[["seed", "cell"]]
        return (
            f"{place} is the model of {findings.words(cell)}, seed {seed}, and not of what is best now, "
            f"{findings.words(first)}, seed {own}: a run of the whole study writes it anew."
        )
    if findings.study.conditions:
        return f"{place} is the model of {findings.words(cell)}, seed {seed}."
    what = "the model" if len(findings.cells) == 1 else "the model of what ranks first"
    return f"{place} is {what}, trained with seed {seed}."
