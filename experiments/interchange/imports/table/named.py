"""The columns that the user names, found in a table's header."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.errors import RequestError, unknown
from experiments.interchange.imports.table.choices import NO_COLUMN, Choices
from experiments.interchange.imports.table.states import COLUMNS

# As MLflow, Optuna, scikit-learn, Ray Tune and W&B export them.
_PREFIXES = (
    "", "params.", "params_", "param_", "metrics.", "config.", "config/", "summary.", "summary/", "user_attrs_",
    "hparams/",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """Columns as the table calls them. factors: by the name that the user gave. run: `none` where each row is one."""

    factors: dict[str, str]
    score: str
    seed: str | None
    state: str | None
    run: str | None

    @property
    def taken(self) -> list[str]:
        """All of them."""
        return [*self.factors.values(), self.score, *filter(None, (self.seed, self.state))]


def fits(header: list[str], choices: Choices) -> int:
    """How many of the wanted columns a header has.

    >>> fits(["params.lr", "acc"], Choices(["lr"], "acc", "seed"))
    2
    """
    wanted = [*choices.factors, *filter(None, (choices.score, choices.seed))]
    return sum(any(prefix + name in header for prefix in _PREFIXES) for name in wanted)


def find_columns(place: Path, header: list[str], choices: Choices) -> Named:
    """The columns of the request.

    Raises RequestError where one is not given, not there, there twice, or asked for as two things.
    """
    has = f"It has {', '.join(header)}"
    if not choices.factors:
        raise RequestError(f"--factors: not given; which columns of {place} were varied? {has}")
    if choices.score is None:
        raise RequestError(f"--score: not given; which column of {place} is compared? {has}")
    factors = {name: column_of("--factors", name, header) for name in dict.fromkeys(choices.factors)}
    score = column_of("--score", choices.score, header)
    seed = column_of("--seed", choices.seed, header) if choices.seed is not None else None
    for twice in (score, seed):
        if twice in factors.values():
            raise RequestError(f'--factors: "{twice}" is the {"score" if twice == score else "seed"} as well')
    for column in factors.values():
        if (names := [name for name, other in factors.items() if other == column])[1:]:
            raise RequestError(f'--factors: {" and ".join(names)} are one column, "{column}"')
    if score == seed:
        raise RequestError(f'--seed: "{seed}" is the score as well')
    state = _state(header, choices, {*factors.values(), score, seed})
    for option, given in (("--read", choices.readings), ("--baseline", choices.baseline)):
        more = [choices.score, score, *filter(None, (choices.seed, seed))] if option == "--read" else []
        known = [*factors, *factors.values(), *more]
        for name in given:
            if name not in known:
                raise RequestError(unknown(option, name, dict.fromkeys(known)))
    by_row = choices.run == NO_COLUMN and NO_COLUMN not in header
    run = choices.run if choices.run is None or by_row else column_of("--run", choices.run, header)
    return Named(factors, score, seed, state, run)


def column_of(option: str, name: str, header: Sequence[str]) -> str:
    """A column by its name, or by what comes behind an export's prefix.

    Raises RequestError where there is none, or more than one.
    """
    found = [
        (prefix + name, at) for prefix in _PREFIXES for at, title in enumerate(header, 1) if title == prefix + name
    ]
    whole = [match for match in found if match[0] == name] or found
    if not whole:
        raise RequestError(unknown(option, name, dict.fromkeys(header)))
    if len(whole) > 1:
        several = " and ".join(f'"{column}" (column {at})' for column, at in whole)
        raise RequestError(f'{option}: got "{name}", which may be {several}; rename one, or leave it out')
    return whole[0][0]


def _state(header: Sequence[str], choices: Choices, taken: set[str | None]) -> str | None:
    """The column of states: as asked for, else the one with a known name."""
    if choices.state is not None:
        return None if choices.state == NO_COLUMN else column_of("--state", choices.state, header)
    plain = {title: "".join(letter for letter in title.casefold() if letter.isalnum()) for title in header}
    known = [title for title in dict.fromkeys(header) if plain[title] in COLUMNS and title not in taken]
    if len(known) > 1:
        raise RequestError(f"--state: {' and '.join(known)} may tell how runs ended; say --state with one of them")
    return column_of("--state", known[0], header) if known else None
