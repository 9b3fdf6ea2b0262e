"""How a run ended, in the words of many tools; what no tool says, or two say differently, is asked for."""

from dataclasses import dataclass, field
from functools import cached_property

from experiments.errors import RequestError, closest
from experiments.interchange.imports.table.words import count, quote

FINISHED, DIVERGED, FAILED, PRUNED, RUNNING, WAITING = MEANINGS = (
    "finished", "diverged", "failed", "pruned", "running", "waiting",
)  # fmt: skip
COLUMNS = ("status", "state", "trialstatus", "trialstate", "runstatus", "runstate", "jobstatus", "jobstate", "sysstate")

# What each tool documents. A word of two tools with two meanings is settled by the other words of its column.
TOOLS: dict[str, dict[str, str]] = {
    "this project": {"ok": FINISHED, "diverged": DIVERGED, "failed": FAILED},
    "Optuna": {"COMPLETE": FINISHED, "PRUNED": PRUNED, "FAIL": FAILED, "RUNNING": RUNNING, "WAITING": WAITING},
    "Weights & Biases": {
        "finished": FINISHED, "crashed": FAILED, "failed": FAILED, "killed": FAILED, "running": RUNNING,
        "pending": WAITING, "preempting": RUNNING, "preempted": RUNNING,
    },
    "MLflow": {
        "FINISHED": FINISHED, "FAILED": FAILED, "KILLED": FAILED, "RUNNING": RUNNING, "SCHEDULED": WAITING,
    },
    "Ray Tune": {
        "TERMINATED": FINISHED, "ERROR": FAILED, "RUNNING": RUNNING, "PAUSED": RUNNING, "PENDING": WAITING,
        "RESTORING": RUNNING,
    },
    "keras-tuner": {
        "COMPLETED": FINISHED, "INVALID": FAILED, "FAILED": FAILED, "RUNNING": RUNNING, "IDLE": WAITING,
        "STOPPED": WAITING,
    },
    "Ax": {
        "COMPLETED": FINISHED, "FAILED": FAILED, "ABANDONED": FAILED, "EARLY_STOPPED": PRUNED, "RUNNING": RUNNING,
        "CANDIDATE": WAITING, "STAGED": WAITING, "STALE": WAITING, "DISPATCHED": WAITING,
    },
    "Slurm": {
        "COMPLETED": FINISHED, "FAILED": FAILED, "CANCELLED": FAILED, "TIMEOUT": FAILED, "OUT_OF_MEMORY": FAILED,
        "NODE_FAIL": FAILED, "BOOT_FAIL": FAILED, "DEADLINE": FAILED, "PREEMPTED": FAILED, "REVOKED": FAILED,
        "RUNNING": RUNNING, "COMPLETING": RUNNING, "SUSPENDED": RUNNING, "STOPPED": RUNNING, "SIGNALING": RUNNING,
        "STAGE_OUT": RUNNING, "RESIZING": RUNNING, "PENDING": WAITING, "CONFIGURING": WAITING, "REQUEUED": WAITING,
        "REQUEUE_HOLD": WAITING, "REQUEUE_FED": WAITING, "RESV_DEL_HOLD": WAITING, "SPECIAL_EXIT": WAITING,
    },
    "NNI": {
        "SUCCEEDED": FINISHED, "FAILED": FAILED, "USER_CANCELED": FAILED, "SYS_CANCELED": FAILED,
        "EARLY_STOPPED": PRUNED, "RUNNING": RUNNING, "WAITING": WAITING,
    },
    "Katib": {
        "Succeeded": FINISHED, "Failed": FAILED, "Killed": FAILED, "EarlyStopped": PRUNED, "Running": RUNNING,
        "Created": WAITING, "MetricsUnavailable": FAILED,
    },
    "Orion": {
        "completed": FINISHED, "broken": FAILED, "interrupted": FAILED, "suspended": RUNNING, "reserved": RUNNING,
        "new": WAITING,
    },
    "ClearML": {
        "completed": FINISHED, "published": FINISHED, "closed": FINISHED, "failed": FAILED, "stopped": FAILED,
        "in_progress": RUNNING, "created": WAITING, "queued": WAITING,
    },
    "DVC": {"Success": FINISHED, "Failed": FAILED, "Running": RUNNING, "Queued": WAITING},
    "Sacred": {
        "COMPLETED": FINISHED, "FAILED": FAILED, "INTERRUPTED": FAILED, "TIMEOUT": FAILED, "RUNNING": RUNNING,
        "QUEUED": WAITING,
    },
    "Guild AI": {
        "completed": FINISHED, "error": FAILED, "terminated": FAILED, "running": RUNNING, "pending": WAITING,
        "staged": WAITING,
    },
    "SageMaker": {
        "Completed": FINISHED, "Failed": FAILED, "Stopped": FAILED, "InProgress": RUNNING, "Stopping": RUNNING,
    },
}  # fmt: skip
_PRUNED = (
    "left out, since such scores are of unfinished runs. Runs are pruned because they do badly, so configurations that "
    "lost some look better than they are."
)
_UNFINISHED = "left out, still unfinished when the table was written."


@dataclass(frozen=True)
class States:
    """By row its meaning, and the word that the table has; `finished` for all where there are no states.

    said: what is decided, and what is left out.
    """

    meanings: list[str]
    words: list[str]
    said: list[str] = field(default_factory=list)

    @cached_property
    def ended(self) -> list[int]:
        """The places of rows that count: finished, diverged and failed ones."""
        return [at for at, meaning in enumerate(self.meanings) if meaning in (FINISHED, DIVERGED, FAILED)]


def states_of(column: str, words: list[str], rows: list[int], meanings: dict[str, str]) -> States:
    """What the words of a column mean. rows: their numbers in the file. meanings: where the user says them.

    Words are looked up in the lists of those tools that have all of them, spelled alike if there are any such.

    Raises RequestError for a word that no list has, or that lists disagree on.

    >>> states_of("state", ["COMPLETE", "FAIL"], [1, 2], {}).meanings
    ['finished', 'failed']
    """
    distinct = list(dict.fromkeys(words))
    unexplained = [word for word in distinct if word not in meanings]
    found, tools = _meanings(unexplained)
    for word in unexplained:
        if len(found[word]) != 1:
            _refuse(column, word, rows[words.index(word)], found[word])
    mapped = {word: meanings.get(word) or next(iter(found[word])) for word in distinct}
    said = [_describe(column, mapped, tools)] if {*mapped.values()} != {FINISHED} else []
    for meaning in (PRUNED, RUNNING, WAITING):
        if many := sum(mapped[word] == meaning for word in words):
            names = [word for word in distinct if mapped[word] == meaning and word.casefold() != meaning]
            named = f" ({', '.join(names)})" if names else ""
            were = f"{count(many, 'row')} {'was' if many == 1 else 'were'} {meaning}{named}"
            said.append(f"{were}: {_PRUNED if meaning == PRUNED else _UNFINISHED}")
    return States([mapped[word] for word in words], words, said)


def base(word: str) -> str:
    """A state's word without what tools add: Slurm's `CANCELLED by 1000` and `OUT_OF_ME+`, Python's `TrialState.FAIL`.

    >>> base("CANCELLED by 1000"), base("TrialState.FAIL")
    ('CANCELLED', 'FAIL')
    """
    word = word.rpartition(".")[2] if word.startswith(("TrialState.", "TrialStatus.")) else word
    first = word.split(" by ")[0].strip()
    cut = first.removesuffix("+")
    return next((state for state in TOOLS["Slurm"] if cut != first and state.startswith(cut)), cut)


def _meanings(words: list[str]) -> tuple[dict[str, set[str]], list[str]]:
    """What tools mean by each word, and which tools have all of the words."""
    bases = {word: base(word) for word in words}
    alike = [tool for tool, known in TOOLS.items() if set(bases.values()) <= set(known)]
    folded = {tool: {word.casefold(): meaning for word, meaning in known.items()} for tool, known in TOOLS.items()}
    small = {word.casefold() for word in bases.values()}
    tools = alike or [tool for tool, known in folded.items() if small <= set(known)]
    search = {tool: folded[tool] for tool in tools or TOOLS}
    found = {
        word: {known[short.casefold()] for known in search.values() if short.casefold() in known}
        for word, short in bases.items()
    }
    return found, tools


def _describe(column: str, mapped: dict[str, str], tools: list[str]) -> str:
    whose = f" (as {tools[0]} has them)" if len(tools) == 1 else ""
    mapped_words = [f"{quote(word)} is {meaning}" for word, meaning in mapped.items() if word.casefold() != meaning]
    return f"{column} says how runs ended{whose}{': ' if mapped_words else ''}{', '.join(mapped_words)}."


def _refuse(column: str, word: str, row: int, found: set[str]) -> None:
    known = {word for words in TOOLS.values() for word in words}
    near = closest(word, known)
    hint = f" (like {near}?)" if near and not found else ""
    what = f"may be {' or '.join(sorted(found))}" if found else f"is not a known state{hint}"
    raise RequestError(
        f'{column}: "{word}" in row {row} {what}; say --state "{word}=MEANING", a MEANING being one of '
        f"{', '.join(MEANINGS)}, or --state none where {column} does not tell how runs ended"
    )
