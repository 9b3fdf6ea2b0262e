"""The gallery's page: tables of entries → curves, costs, trained networks → one file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import pandas as pd
from markupsafe import Markup

from experiments.gallery import activations, losses, penalties
from experiments.gallery.costs import REPEATS, ROUNDS, Cost, measure_costs, runner
from experiments.gallery.curves import curve_table
from experiments.gallery.entry import Entry, Family, Penalty
from experiments.gallery.figures import curve_figures, descent_figure, histogram_figure
from experiments.gallery.formula import mathml
from experiments.gallery.momentum import SNIPPET, TEXT, descent_table
from experiments.gallery.numbers import number, percent
from experiments.gallery.tables import functions_table, penalties_table
from experiments.gallery.training import EPOCHS, NEAR, Comparison, comparisons
from experiments.report.figures.figure import Figure, inline
from experiments.report.pages.index_page import GALLERY
from experiments.report.pages.templating import render
from experiments.report.tables.table import Table
from experiments.report.text.provenance import moment
from experiments.store import manifest, software
from experiments.store.environment import machine
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

    say: called with what is being done. epochs, rounds, repeats: how long the networks train and how often a cost
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
        pictures={figure.name: Markup(inline(figure)) for figure in figures}, provenance=_provenance(rounds, repeats),
    )  # fmt: skip
    write(page, text)
    return page


def _functions(families: Sequence[Family], entries: Sequence[Entry], rounds: int, repeats: int) -> list[Section]:
    """A section a family, its costs measured together."""
    sections = []
    for family in families:
        mine = [entry for entry in entries if entry.family == family.name]
        references = [entry for entry in entries if entry.title == family.reference]
        measured = {entry.title: entry for entry in (*mine, *references)}
        costs = measure_costs(
            {title: runner(entry, family.inputs) for title, entry in measured.items()},
            family.reference,
            rounds=rounds,
            repeats=repeats,
        )
        curves = {entry.title: curve_table(entry, family) for entry in mine}
        text = f"{family.reads} Dotted, beside a part of custom: a Keras standard that is close to it."
        table = functions_table(
            f"{family.name}-table", f"{family.title}: ranges, and cost as a ratio to {family.reference}", mine, costs
        )
        cards = tuple(_card(entry, family, mine, curves, costs) for entry in mine)
        sections.append(Section(family.name, family.title, text, table, cards))
    return sections


def _card(
    entry: Entry, family: Family, mine: Sequence[Entry], curves: dict[str, pd.DataFrame], costs: Mapping[str, Cost]
) -> Card:
    standard = next((other for other in mine if other.title == entry.beside), None)
    table = curves[entry.title]
    beside = curves[standard.title] if standard else table.iloc[:0]
    name = (standard.short or standard.title) if standard else ""
    facts = (
        ("Values", str(entry.values)),
        ("Slopes", str(entry.slopes)),
        (f"Cost, {family.reference} = 1", str(costs[entry.title])),
    )
    return Card(entry, tuple(curve_figures(entry, family, table, beside, name)), facts, own=bool(entry.parts))


def _penalties(comparisons: Sequence[Comparison], examples: int, epochs: int) -> Section:
    text = (
        f"One network, 64-32-10, trained on handwritten digits for {epochs} epochs of plain gradient descent, rate "
        f"{penalties.RATE:g}, without a penalty and with it: the same seed, the same initial weights, the same "
        "batches. The strengths are chosen to show the effect, not to score. One seed: a point or two of accuracy "
        "is no finding here; a study over seeds makes one."
    )
    cards = tuple(
        Card(comparison.penalty, (histogram_figure(comparison),), _penalty_facts(comparison, examples))
        for comparison in comparisons
    )
    return Section("penalties", "Penalties and constraints", text, penalties_table(comparisons, examples), cards)


def _penalty_facts(comparison: Comparison, examples: int) -> tuple[tuple[str, str], ...]:
    kind = comparison.penalty.of
    pairs = (
        ("Exact zeros", [percent(trained.measure("zeros", kind)) for trained in comparison.both]),
        (
            f"Below {number(NEAR[kind])} in size",
            [percent(trained.measure("near zeros", kind)) for trained in comparison.both],
        ),
        (
            "Accuracy, held-out digits",
            [f"{percent(trained.right / examples)} ({trained.right} of {examples})" for trained in comparison.both],
        ),
    )
    return tuple((label, f"{without} without, {with_it} with") for label, (without, with_it) in pairs)


def _provenance(rounds: int, repeats: int) -> list[tuple[str, str]]:
    return [
        ("Made", moment(manifest.now())),
        ("Versions", ", ".join(f"{name} {version}" for name, version in software.versions().items())),
        ("Backend", keras.backend.backend()),
        ("Machine", machine()),
        ("Rounds of each cost", f"{rounds}, the fastest of {repeats} calls in each"),
    ]
