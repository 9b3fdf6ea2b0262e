"""Whether the data are those that results were written on."""

from collections.abc import Iterable, Iterator, Mapping

from experiments.errors import RequestError
from experiments.study import catalog
from experiments.study.types import Plain
from experiments.tasks import keras_cache

UNSEALED = (
    "the results are from before the test part was sealed: each seed tested on other examples; now all seeds test on "
    "the same ones, and none trains or validates on these"
)


def lacks_seal(known: Mapping[str, Plain] | None) -> bool:
    """Whether results do not say if their test part is sealed. known: the environment, as a manifest has it."""
    return bool(known) and "sealed" not in (known.get("data") or {})


def refuse_other_data(task: str, known: Mapping[str, Plain], now: Mapping[str, Plain], *, same_trial: bool) -> None:
    """RequestError where results are of other data than would be drawn now.

    known, found: of the results and of now, `data_digest` and `data`. same_trial: whether both are of one trial, so
    that the digests compare.
    """
    if same_trial and known["data_digest"] == now["data_digest"]:
        return
    split_anew = task in catalog.TASKS and task not in keras_cache.FILES  # whose official test set was always apart
    if now.get("data", {}).get("sealed") and lacks_seal(known) and (same_trial or split_anew):
        raise RequestError(f"task {task}: {UNSEALED}; --fresh sets the results aside")
    if same_trial:
        raise RequestError(
            f"task {task}: the data have changed since the results were written; --fresh sets them aside"
        )


def with_cause(differences: Iterable[str], known: Mapping[str, Plain] | None) -> Iterator[str]:
    """Differences between a study and results, with what may lie behind other arrays."""
    for line in differences:
        yield f"{line}; or {UNSEALED}" if line.startswith("arrays:") and lacks_seal(known) else line
