"""What to distrust in the data: examples that seeds share, and test examples that have chosen something."""

from experiments.analysis.overlap import OTHER_DATA, RESAMPLE, overlap
from experiments.analysis.smallest_effect import IMAGES
from experiments.report.page_findings import PageFindings


def data_caveats(findings: PageFindings) -> list[str]:
    """Sentences; none of results from elsewhere, of one seed, or without a score."""
    if findings.imported or findings.best is None or findings.trials["seed"].nunique() < 2:
        return []
    data, study = findings.results.manifest.get("data") or {}, findings.study
    again = study.settings.get(RESAMPLE) if RESAMPLE not in study.varied else None
    if data.get("seeds") == "one split" or again == "false":
        return [_one_split(study.about == OTHER_DATA, again)]
    if "sealed" in data:
        return [] if data["sealed"] or data.get("seeds") != "resplit" else [_UNSEALED]
    shared = overlap(findings.results.manifest)
    if shared and study.task not in IMAGES:
        return [_old(findings)]
    if again == "true" and not shared:
        fixed = ", the test set aside" if study.task in IMAGES else ""
        return [
            f"Each seed splits the same data anew{fixed} (resample true): splits overlap, so seeds are not quite "
            "independent, and intervals may be too narrow for other data."
        ]
    return []


def _one_split(about_these: bool, again: str | None) -> str:
    why = " (resample false)" if again == "false" else ""
    other = ", which the question is about" if about_these else ""
    return (
        f"All seeds share one split of the data{why}: intervals are over initial weights and orders of batches, and "
        f"say nothing of another split or other data{other}."
    )


_UNSEALED = (
    "Each seed splits the same data anew, test examples included: what tests one seed has validated others, so test "
    "scores, on fresh seeds too, are too good for whatever was chosen. A task whose test part is the same for every "
    "seed says so by sealed=True."
)


def _old(findings: PageFindings) -> str:
    """Results from before there was a sealed part."""
    command = findings.results.manifest.get("command")
    again = f" “{command} --fresh” trains with a sealed test part." if command else ""
    fresh = ", on fresh seeds too," if findings.fresh is not None else ""
    return (
        "These results are from before the test part was sealed: each seed split the whole data anew, so what tests "
        f"one seed has validated others, and test scores{fresh} are too good for whatever was chosen.{again}"
    )
