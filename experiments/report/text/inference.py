"""What intervals are about: this data set and other seeds, or other data of the kind; and why."""

from experiments.analysis.overlap import THIS_DATA
from experiments.report.page_findings import PageFindings
from experiments.study.words import count


def inference(findings: PageFindings) -> str:
    """One sentence; empty where the manifest does not say, or one seed allows no interval."""
    data, study = findings.results.manifest.get("data") or {}, findings.study
    if findings.trials["seed"].nunique() < 2 or findings.best is None:
        return ""
    if study.overlap:
        examples = f"the same {data['resplit']} examples" if "resplit" in data else "the same examples"
        return (
            f"Each seed splits {examples} anew, so seeds share examples; intervals are widened for that, and so are "
            "about other data of the kind."
        )
    seeds = data.get("seeds")
    if seeds == "own data":
        return "Each seed draws data of its own, so intervals are about other data of the kind."
    why = f", as the question asks ({study.about})" if study.about == THIS_DATA else ""
    if seeds == "one split":
        lacking = "" if why else ": seeds do not tell what other data would give"
        return (
            f"All seeds have one split of the data, so intervals are about this data set and other seeds{why}{lacking}."
        )
    if seeds == "resplit" or why:
        return f"Intervals are about this data set and other seeds{why}."
    return ""


def describe_sealed(findings: PageFindings) -> str:
    """`All seeds test on the same 359 examples, which no seed trains or validates on.`; empty where that is not so."""
    data = findings.results.manifest.get("data") or {}
    if not data.get("sealed") or not data.get("test") or not findings.tested:
        return ""
    return f"All seeds test on the same {count(data['test'], 'example')}, which no seed trains or validates on."
