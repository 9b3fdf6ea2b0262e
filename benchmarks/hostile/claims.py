"""Everything that a page claims: its sentences and the verdicts in its tables, as claims about configurations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hostile.names import Names
from hostile.no_claims import DESCRIBING
from hostile.pages import Page, sentences
from hostile.sentences import BEST, Said, claims_of
from hostile.world import Levels

from experiments.report.tables.table import Table

# Tables that show settings, scores or other tests beside the one that decides, and claim nothing of their own.
SHOWING = (
    "multiverse-table",
    "neighbours-table",
    "chosen-table",
    "tests-table",
    "searches-table",
    "nothing-table",
    "errors-table",
    "failures-table",
    "chances-table",
)
OUTCOMES = {
    "better": "better", "worse": "worse", "no practical difference": "same", "depends on another factor": "depends on",
    "depends": "depends on", "not told apart": "", "identical": "", "one seed: no interval": "", "one seed": "",
    "not run": "", "no scores to compare": "", "no such rate": "",
    "too uneven to tell": "", "too uneven": "",
}  # fmt: skip
ALONE = ("every same", "levels same", "others out", "out", "best of all", "largest", "largest loss", "most", "matters",
         "share", "depends", "differs", "depends on", "same gains", "difference of gains", "close")  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A claim with its configurations as levels.

    said: the claim as read. where, text: its place on the page and the words. one, other: the sides.
    """

    said: Said
    where: str
    text: str
    one: Levels | None = None
    other: Levels | None = None


@dataclass(frozen=True)
class Read:
    """claims: of a page. unread: what is not understood, with its place."""

    claims: tuple[Claim, ...]
    unread: tuple[str, ...]


def claims(page: Page) -> Read:
    """All claims of a page, and all that can't be read."""
    names, claims, unread = Names(page.findings), [], list(page.unread)
    for where, said, text in _everything(page, unread):
        claim = _with_sides(said, where, text, names)
        if claim is None:
            unread.append(f"{where}: {text}")
        else:
            claims.append(claim)
    return Read(tuple(claims), tuple(unread))


def _everything(page: Page, unread: list[str]) -> Iterator[tuple[str, Said, str]]:
    for where, text in page.texts:
        figure = where.partition("title of ")[2]
        if figure in DESCRIBING or figure.startswith(("layers-", "draws-", "pair-")):
            continue
        for sentence in [text] if figure else sentences(text):
            said = claims_of(sentence)
            if said is None:
                unread.append(f"{where}: {sentence}")
            for claim in said or ():
                yield where, claim, sentence
    for table in page.tables:
        name = re.sub(r"-table.*", "-table", table.name)
        if name in TABLES:
            yield from TABLES[name](table, unread)
        elif name not in SHOWING:
            unread.append(f"table {table.name}")


def _with_sides(said: Said, where: str, text: str, names: Names) -> Claim | None:
    """The claim with its configurations; None where a phrase does not say which."""
    claim = Claim(said, where, text)
    if said.kind in ("best of all", "out", "behind", "largest", "largest loss", "others out"):
        one = names.one(said.one)
        return None if one is None else replace(claim, one=one)
    if said.kind in ALONE:
        return claim if said.kind in ("every same", "levels same") or _lookup(said, names) else None
    sides = names.sides(said.one, said.other)
    return None if sides is None or sides[0] == sides[1] else replace(claim, one=sides[0], other=sides[1])


def _lookup(said: Said, names: Names) -> bool:
    if said.kind in ("close", "most", "matters", "share"):
        return True
    parts = [said.one, said.other, said.third] if said.kind != "depends on" else [said.one]
    return all(names.named(part) for part in parts if part)


def _fields(table: Table) -> Iterator[dict[str, str]]:
    heads = [re.sub(r" \((?:%|points)\)$", "", head) for head, _ in table.heads]
    for row in table.rows:
        yield dict(zip(heads, (field.text for field in row), strict=True))


def _verdict(text: str, table: Table, unread: list[str]) -> str:
    """The kind of claim of a field with an outcome; empty for none."""
    plain = text.removesuffix(", where both train")
    if plain not in OUTCOMES and text != "–":
        unread.append(f"table {table.name}: {text}")
    return OUTCOMES.get(plain, "")


def _effects(table: Table, unread: list[str]) -> Iterator[tuple[str, Said, str]]:
    """Each level against its reference."""
    verdicts = [head for head, _ in table.heads if head in ("Outcome", "Verdict before", "Fresh verdict")]
    for row in _fields(table):
        held = [row[head] for head in row if head.startswith("With ")]
        with_ = "".join(f" with {head[5:]} {row[head]}" for head in row if head.startswith("With "))
        one, other = (_level(row["Factor"], row[side]) + with_ for side in ("Level", "Against"))
        if reach := re.fullmatch(r"\S+ \((\S+) to (\S+)\)", row.get("Where both train", "")):
            yield table.name, Said("trained gain", one, other, "", *reach.groups()), f"where both train {reach[0]}"
        for head in verdicts:
            if kind := _verdict(row[head], table, unread):
                text = f"{row['Factor']} {row['Level']} against {row['Against']} {held or ''}: {row[head]}"
                yield f"{table.name}, {head}", Said(kind, one, "" if kind == "depends on" else other), text


def _level(factor: str, label: str) -> str:
    return f"{factor} {label}"


def _best(table: Table, unread: list[str]) -> Iterator[tuple[str, Said, str]]:
    """Which configurations are ruled out as the best, or as good as the first."""
    for row in _fields(table):
        last = list(row).index("Mean")
        words = " · ".join(f"{name.lower()} {row[name]}" for name in list(row)[1:last] if row[name] != "–")
        text, said = f"rank {row['Rank']}, {words}: {row['May be the best']}", row["May be the best"]
        if (behind := row.get("Behind the best by at most", "–")) != "–":
            yield table.name, Said("behind", words, high=behind), f"{words}: behind the best by at most {behind}"
        if said == "no":
            yield table.name, Said("out", words), text
        elif said == "yes: no practical difference":
            yield table.name, Said("same", words, BEST), text
        elif said not in ("ranks first", "yes", "yes: identical", "one seed: no interval"):
            unread.append(f"table {table.name}: {said}")


def _interactions(table: Table, unread: list[str]) -> Iterator[tuple[str, Said, str]]:
    """By how much a level's gain changes between two levels of another factor."""
    for row in _fields(table):
        one, (at, other) = row["The gain of"].partition(" over ")[0], row["With"].split(" rather than ")
        text = f"{row['The gain of']} with {row['With']}: {row['Outcome']}"
        sides = (at, other) if not row["Changes by"].startswith("−") else (other, at)
        if row["Outcome"] == "depends on it":
            yield table.name, Said("differs", one, *sides), text
        elif row["Outcome"] == "no practical difference":
            yield table.name, Said("same gains", one, at, other), text
        elif row["Outcome"] not in OUTCOMES:
            unread.append(f"table {table.name}: {row['Outcome']}")
        if reach := re.fullmatch(r"(\S+) to (\S+)", row["Interval"]):
            yield table.name, Said("difference of gains", one, at, other, *reach.groups()), text


def _shares(table: Table, unread: list[str]) -> Iterator[tuple[str, Said, str]]:
    """Shares of the variance with their intervals; of draws a range, which is none."""
    for row in _fields(table):
        reach = re.fullmatch(r"(\S+) to (\S+)", row.get("95 % interval", ""))
        if reach:
            yield table.name, Said("share", row["Factor"], "", "", *reach.groups()), f"{row['Factor']}: {reach[0]}"


TABLES = {
    "effects-table": _effects,
    "fresh-table": _effects,
    "best-table": _best,
    "shares-table": _shares,
    "interactions-table": _interactions,
}
