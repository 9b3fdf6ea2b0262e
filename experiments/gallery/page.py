"""The gallery's page: tables of entries → curves, costs, trained networks → one file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import pandas as pd
from markupsafe import Markup

from experiments.gallery import activations, losses, penalties
from experiments.gallery.costs import REPEATS, ROUNDS, cost_table, runner
from experiments.gallery.curves import curve_table
from experiments.gallery.entry import Entry, Family, Penalty
from experiments.gallery.figures import curve_figures, descent_figure, histogram_figure
from experiments.gallery.formula import mathml
from experiments.gallery.momentum import SNIPPET, TEXT, descent_table
from experiments.gallery.numbers import number, percent
from experiments.gallery.tables import cost, functions_table, penalties_table
from experiments.gallery.training import EPOCHS, NEAR, Comparison, comparisons
from experiments.report.figures.figure import Figure, inline
from experiments.report.pages.index_page import GALLERY
from experiments.report.pages.templating import render
from experiments.report.tables.table import Table
from experiments.report.text.provenance import moment
from experiments.store import manifest, software
from experiments.store.files import write
from experiments.tasks import digits

TEMPLATES = Path(__file__).parent / "templates"
KINDS = (activations, losses)


@dataclass(frozen=True)
class Card:
    """One part on the page: its figures, its facts as (label, text), and what the tables of entries say of it."""

    entry: Entry | Penalty
    figures: tuple[Figure, ...]
    facts: tuple[tuple[str, str], ...]
    own: bool = True

    @property
    def formula(self) -> Markup:
        """The formula, set."""
        return Markup(mathml(self.entry.formula))


@dataclass(frozen=True)
class Section:
    """A heading, what to know, a table over all, and the cards."""

    name: str
    title: str
    text: str
    table: Table
    cards: tuple[Card, ...]


def write_gallery(
    reports: Path, say: Callable[[str], object], *, epochs: int = EPOCHS, rounds: int = ROUNDS, repeats: int = REPEATS
) -> Path:
    """Writes `reports/gallery/index.html` and returns its path; everything on it is computed now.

    say: is told what is being done. epochs, rounds, repeats: how long the networks train and how often a cost
    is measured; fewer make a quicker, rougher page.
    """
    say("gallery: measuring costs")
    shown = [section for kind in KINDS for section in _functions(kind.FAMILIES, kind.ENTRIES, rounds, repeats)]
    say("gallery: training small networks with each penalty and without")
    data = digits.digits().draw(0)
    found = comparisons(data, penalties.ENTRIES, epochs)
    shown.append(_penalties(found, len(data.test), epochs))
    descent = descent_figure(descent_table())
    say("gallery: drawing")
    figures = [descent, *(figure for section in shown for card in section.cards for figure in card.figures)]
    page = Path(reports) / GALLERY
    page.parent.mkdir(parents=True, exist_ok=True)
    text = render(
        "gallery.html", folder=TEMPLATES, sections=shown, descent=descent, momentum={"text": TEXT, "snippet": SNIPPET},
        pictures={one.name: Markup(inline(one)) for one in figures}, provenance=_provenance(rounds, repeats),
    )  # fmt: skip
    write(page, text)
    return page


def _functions(families: Sequence[Family], entries: Sequence[Entry], rounds: int, repeats: int) -> list[Section]:
    """A section a family, its costs measured together."""
    found = []
    for family in families:
        mine = [one for one in entries if one.family == family.name]
        measured = {one.title: one for one in (*mine, *(one for one in entries if one.title == family.reference))}
        costs = cost_table(
            {title: runner(one, family.inputs) for title, one in measured.items()}, family.reference,
            rounds=rounds, repeats=repeats,
        )  # fmt: skip
        costs = costs.set_index("title")
        curves = {one.title: curve_table(one, family) for one in mine}
        text = f"{family.reads} Dotted, beside a part of custom: a Keras standard that is close to it."
        table = functions_table(
            f"{family.name}-table", f"{family.title}: ranges, and cost as a ratio to {family.reference}",
            mine, costs,
        )  # fmt: skip
        cards = tuple(_card(one, family, mine, curves, costs) for one in mine)
        found.append(Section(family.name, family.title, text, table, cards))
    return found


def _card(
    one: Entry, family: Family, mine: Sequence[Entry], curves: dict[str, pd.DataFrame], costs: pd.DataFrame
) -> Card:
    standard = next((other for other in mine if other.title == one.beside), None)
    table = curves[one.title]
    beside = curves[standard.title] if standard else table.iloc[:0]
    name = (standard.short or standard.title) if standard else ""
    facts = (
        ("Values", str(one.values)),
        ("Slopes", str(one.slopes)),
        (f"Cost, {family.reference} = 1", cost(costs.loc[one.title])),
    )
    return Card(one, tuple(curve_figures(one, family, table, beside, name)), facts, own=bool(one.parts))


def _penalties(found: Sequence[Comparison], examples: int, epochs: int) -> Section:
    text = (
        f"One network, 64-32-10, trained on handwritten digits for {epochs} epochs of plain gradient descent, rate "
        f"{penalties.RATE:g}, without a penalty and with it: the same seed, the same initial weights, the same "
        "batches. The strengths are chosen to show the effect, not to score. One seed: a point or two of accuracy "
        "is no finding here; a study over seeds makes one."
    )
    cards = tuple(Card(one.penalty, (histogram_figure(one),), _penalty_facts(one, examples)) for one in found)
    return Section("penalties", "Penalties and constraints", text, penalties_table(found, examples), cards)


def _penalty_facts(one: Comparison, examples: int) -> tuple[tuple[str, str], ...]:
    kind = one.penalty.of
    pairs = (
        ("Exact zeros", [percent(trained.measure("zeros", kind)) for trained in one.both]),
        (f"Below {number(NEAR[kind])} in size", [percent(trained.measure("near zeros", kind)) for trained in one.both]),
        (
            "Accuracy, held-out digits",
            [f"{percent(trained.right / examples)} ({trained.right} of {examples})" for trained in one.both],
        ),
    )
    return tuple((label, f"{without} without, {with_it} with") for label, (without, with_it) in pairs)


def _provenance(rounds: int, repeats: int) -> list[tuple[str, str]]:
    return [
        ("Made", moment(manifest.now())),
        ("Versions", ", ".join(f"{name} {version}" for name, version in software.versions().items())),
        ("Backend", keras.backend.backend()),
        ("Machine", manifest.machine()),
        ("Rounds of each cost", f"{rounds}, the fastest of {repeats} calls in each"),
    ]
