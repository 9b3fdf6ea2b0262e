"""What a run keeps of its study in the journal: the question with a stamp, the description, and each look."""

from experiments.store import manifest
from experiments.store.journal import Journal
from experiments.study.columns import TrialRow
from experiments.study.question import add_stamp
from experiments.study.study import Study


def keep_question(study: Study, journal: Journal) -> None:
    """Keep the question with a stamp, before any trial of this run; what was asked first stays beside it."""
    if study.part_of or study.stamped_question is None:
        return
    stamps = journal.record.questions
    now = add_stamp(stamps, study.stamped_question, len(journal.statuses()), manifest.now())
    if now != stamps:
        journal.keep(questions=now)


def keep_description(study: Study, journal: Journal) -> None:
    """Keep what the results are of, as the manifest has it: this study, and seeds and levels of earlier requests."""
    now, before = study.describe(), journal.record.study or {}
    now["seeds"] = sorted({*now["seeds"], *before.get("seeds", [])})
    for name, levels in now["factors"].items():
        kept = before.get("factors", {}).get(name, [])
        if isinstance(levels, list) and isinstance(kept, list) and not all(level in levels for level in kept):
            now["factors"][name] = kept + [level for level in levels if level not in kept]
    if len(before.get("proposed", [])) > len(now.get("proposed", [])):
        now["proposed"] = before["proposed"]
    if now != before:
        journal.keep(study=now)


def keep_look(study: Study, journal: Journal, rows: list[TrialRow]) -> None:
    """Keep with how many seeds results were there whole: looking again with more is another chance to be wrong.

    Fewer seeds than the study asks for by itself are a trial run of it, and no look.
    """
    seeds = {row["seed"] for row in rows}
    count = len(seeds & set(study.seeds) if study.looks else seeds)
    looked = journal.record.looked
    if count >= study.declared_seeds and count not in [look["seeds"] for look in looked]:
        journal.keep(looked=[*looked, {"seeds": count, "planned": list(study.looks)}])
