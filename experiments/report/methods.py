"""How a study's numbers were computed, in words."""

from collections import Counter

import pandas as pd

from experiments.analysis.intervals import ALPHA
from experiments.analysis.looks import SHARES, place
from experiments.analysis.neighbouring_rates import STEPS
from experiments.analysis.variance import LEVEL
from experiments.report.baseline import baseline_name
from experiments.report.failure_words import costs_told
from experiments.report.findings import Findings
from experiments.report.question import question_method
from experiments.report.words import count, listed

_EPOCH = {
    "last": "Scores are those after the last epoch, never those of the best one.",
    "best": "Scores are those of the epoch with the best validation score: validation scores are a little too good.",
    "both": "The setting keep_epoch says whether a score is that of the last epoch or of the best one.",
}


def methods(findings: Findings) -> list[str]:
    """Paragraphs, each true of this study."""
    found = [
        question_method(findings), _trials(findings), _intervals(findings), _looks(findings), _comparisons(findings),
        _turning(findings), _shares(findings), _choice(findings), _fresh(findings), _images(findings),
        _mistakes(findings),
    ]  # fmt: skip
    return [paragraph for paragraph in found if paragraph]


def _trials(findings: Findings) -> str:
    if method := findings.imported.get("method"):
        return method
    seeds = count(findings.trials["seed"].nunique(), "seed")
    kept = set(findings.trials["keep_epoch"]) if "keep_epoch" in findings.trials else {"last"}
    shared = "All configurations share a seed’s draws, so they are compared seed by seed"
    if findings.unpaired:
        shared = "Configurations share the draws of the seeds that they have in common"
    return (
        "A trial is one configuration trained with one seed. A seed draws the initial weights, the order of the "
        "batches, dropout and, where the task says so, the data or its split. "
        f"{shared} ({seeds} here). {_EPOCH[kept.pop() if len(kept) == 1 else 'both']}{_data(findings)}"
    )


def _data(findings: Findings) -> str:
    """Which parts of the data were given, whether examples were weighted, what the model was compiled with."""
    data = findings.results.manifest.get("data") or {}
    told = [data.get("parts", "")]
    if data.get("weighted"):
        told.append("Examples were weighted in the training loss; validation losses and scores count each one once.")
    taken = (findings.results.manifest.get("study") or {}).get("compiled")
    if isinstance(taken, list) and taken:
        words = listed([str(one).replace("_", " ") for one in taken])
        told.append(f"What the model’s function compiles it with was taken from there: {words}.")
    return "".join(f" {one}" for one in told if one)


def _intervals(findings: Findings) -> str:
    if findings.best is None or findings.trials["seed"].nunique() < 2:
        return ""
    numbers = {"the levels": len(findings.effects), "the configurations": len(findings.parts[0].against_best)}
    used = ", ".join(f"m = {m} for {what}" for what, m in numbers.items() if m)
    gaps = findings.effects["delta"] if len(findings.effects) else findings.parts[0].against_best["delta"]
    practical = (
        f" Where the whole interval lies within ±{findings.scale.gap(gaps.median())}, the smallest difference of "
        "interest here, there is no practical difference."
        if len(gaps)
        else ""
    )
    level = f"{ALPHA * findings.study.share:.3g}"
    return (
        f"An interval is {_of_what(findings)}, at level 1 − {level}/m with m the number of "
        f"comparisons made together{f' ({used})' if used else ''}, so that all of these hold at once with 95 % "
        "confidence. Two that have the same score on every seed are “identical”; where they differ by the same on "
        f"every seed, t gives no interval. Differences are taken before rounding.{practical}{_overlap(findings)}"
    )


def _overlap(findings: Findings) -> str:
    """What seeds share, and how intervals allow for it."""
    study = findings.study
    if not study.overlap:
        return ""
    return (
        " Seeds split the same examples, so the variance of a mean over n seeds is not s²/n but s² · (1/n + "
        f"{study.overlap:.3g}), which other data of the kind are expected to show (corrected resampled variance, "
        'Nadeau and Bengio 2003); “about = "this data"” in a study’s question leaves that out.'
    )


def _of_what(findings: Findings) -> str:
    """Which t an interval is of."""
    paired, welch = "Student’s t over the differences per seed", "Welch’s t of two independent samples"
    how = "(unequal variances, degrees of freedom by Satterthwaite)"
    if not findings.unpaired:
        return paired
    return f"{welch} {how}" if findings.wholly_unpaired else f"{paired}, or where two sides share none {welch} {how}"


def _looks(findings: Findings) -> str:
    """Seeds that were added look by look, and what that costs."""
    study = findings.study
    if not study.looks:
        return ""
    at = place(study.looks, findings.trials["seed"].nunique())
    shares = ", ".join(f"{100 * share:.0f} %" for share in SHARES)
    return (
        f"Seeds were to be added look by look, at {listed(list(map(str, study.looks)))}, until every declared "
        f"comparison is settled: better, worse, or no practical difference. The looks spend {shares} of the 0.05, so "
        f"that together they are wrong no more often than one; this is look {at + 1}, and its intervals are at level "
        f"1 − {study.share * ALPHA:.3g}/m."
    )


def _comparisons(findings: Findings) -> str:
    design = findings.study.design
    if design == "grid" and findings.tuned:
        return (
            "A level is compared with the baseline’s level, other factors at the baseline, each side at the "
            "learning rate that validation ranks best for it. The rates were chosen on these same seeds, for both "
            "sides alike."
        )
    return {
        "grid": "A level is compared with the baseline’s level, other factors at the baseline.",
        "one-factor": "Each change is compared with the baseline, everything else as it is there.",
        "leave-one-out": "Each removal is compared with the whole, everything else as it is there.",
    }.get(design, "")


def _turning(findings: Findings) -> str:
    table = findings.simple_effects
    if table.empty or not (table["n"] > 1).any():
        return ""
    return (
        f"Whether an effect depends on another factor is judged from each level with each level of the other (m = "
        f"{len(table)}): it does where one interval lies wholly above the smallest difference of interest and another "
        "wholly below minus that. Of such a level no single effect is reported as shown."
    )


def _shares(findings: Findings) -> str:
    if any(len(part.variance) for part in findings.parts):
        return (
            "Shares of the variance are those of an analysis of variance over the means of the configurations, seeds "
            "as blocks; the expected contribution of chance is subtracted from each sum of squares, so that pure "
            "noise has no share, and what is left below 0 is none. A share is said to be there only after an F test "
            "(each factor’s own contrasts by seed, degrees of freedom by Greenhouse and Geisser, Holm over all, at "
            f"{LEVEL:.2g}), and to be the largest only where the jackknife over seeds shows it. Intervals come from "
            "that too. Where trials have no score, levels are "
            "left out one by one, those with most of them first, until every trial that is left has a score."
        )
    if len(findings.importance):
        return (
            "Shares of the variance between draws are half of what a random forest’s prediction of unseen draws (five "
            "folds, four divisions) loses when a factor’s values are shuffled among them. They describe what the "
            "forest found, not a tested effect."
        )
    return ""


def _choice(findings: Findings) -> str:
    beside = "" if findings.study.design == "random" else " and what it is compared with"
    tested = (
        f"the test set decides nothing and is read for that one{beside} alone."
        if findings.tested
        else "there are no test scores, so it is known by the data alone that chose it."
    )
    test = "exact McNemar test"
    if findings.unpaired:
        test = "Fisher’s exact test" if findings.wholly_unpaired else f"{test}, Fisher’s where no seed is shared"
    return (
        f"Validation chooses the best configuration; {tested} "
        "The truly best configuration is with 95 % confidence among those that “may be the best”."
        f"{_failures(findings, test)}"
    )


def _failures(findings: Findings, test: str) -> str:
    if not findings.counts["diverged"]:
        return ""
    return (
        " A trial that diverged counts in every mean, rank, choice of a learning rate and comparison. "
        f"{costs_told(findings)} “Where both train” stands beside and decides nothing, for the seeds on which both "
        f"train are chosen by the outcome. How often two sides diverge is told with Wilson’s 95 % intervals and the "
        f"{test}."
    )


def _fresh(findings: Findings) -> str:
    if findings.fresh is None:
        return ""
    own = findings.trials["seed"].nunique()
    tuned = findings.results.manifest["study"].get("fresh_seeds", 0)
    declared = f" The study declares them: its own {own} seeds are there to choose (tuning_seeds)." if tuned else ""
    return (
        f"Fresh seeds ({findings.fresh['seed'].nunique()} here) are seeds that no choice was made on: rates and winner "
        "are kept as they were chosen, and every comparison is made again. The best configuration against the baseline "
        "is one comparison there (m = 1), for it was named before; the levels are as many comparisons as before."
        f"{declared}"
    )


def _images(findings: Findings) -> str:
    examples = findings.ladder["examples"].max() if len(findings.ladder) else 0
    if not examples:
        return ""
    return (
        f"All seeds are tested on the same {examples} examples, so seeds alone say how sure a score is on these. The "
        "wider interval takes the examples for a sample as well: its squared standard error is that of the seeds plus "
        "that of the examples, less what both count (crossed random effects; degrees of freedom by Satterthwaite)."
    )


def _mistakes(findings: Findings) -> str:
    """The expected number of false findings: 0.05 a family that has intervals."""
    who = baseline_name(findings, rate=False)
    tables = [("levels", findings.effects), ("levels with each level of another factor", findings.simple_effects)]
    for part in findings.parts:
        if part.best is not None:
            tables += [("others with the best", part.against_best), (f"the best with {who}", part.over_baseline)]
    if findings.fresh is not None:
        again = pd.DataFrame() if findings.fresh_gain is None else findings.fresh_gain.to_frame().T
        tables += [("levels on fresh seeds", findings.fresh_effects)]
        tables += [(f"the best with {who} on fresh seeds", again)] if len(again) else []
    if len(findings.neighbours):
        tables += [("levels at neighbouring rates", findings.effects)] * len(STEPS)
    made = Counter(said for said, table in tables if (table["n"] > 1).any())
    if not made:
        return ""
    families = sum(made.values())
    named = ", ".join(said if times == 1 else f"{said}, {times} times" for said, times in made.items())
    many = "One family of comparisons is" if families == 1 else f"{families} families of comparisons are"
    return (
        f"{many} made on this page ({named}), each with at most a 5 % chance of any false finding: expect at most "
        f"{families * ALPHA:.2f} false findings in all."
    )
