"""How a study's numbers were computed, in words."""

from experiments.analysis.families import families
from experiments.analysis.intervals import ALPHA
from experiments.analysis.looks import SHARES, place
from experiments.analysis.variance import LEVEL
from experiments.report.page_findings import PageFindings
from experiments.report.text.baseline import baseline_name
from experiments.report.text.failure_words import describe_costs
from experiments.report.text.question import question_method
from experiments.study.words import count, join_words

_EPOCH = {
    "last": "Scores are those after the last epoch, never those of the best one.",
    "best": "Scores are those of the epoch with the best validation score: validation scores are a little too good.",
    "both": "The setting keep_epoch says whether a score is that of the last epoch or of the best one.",
}


def methods(findings: PageFindings) -> list[str]:
    """Paragraphs, each true of this study."""
    found = [
        question_method(findings), _trials(findings), _intervals(findings), _looks(findings), _comparisons(findings),
        _interactions(findings), _shares(findings), _choice(findings), _fresh(findings), _images(findings),
        _mistakes(findings),
    ]  # fmt: skip
    return [paragraph for paragraph in found if paragraph]


def _trials(findings: PageFindings) -> str:
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


def _data(findings: PageFindings) -> str:
    """Which parts of the data were given, whether examples were weighted, what the model was compiled with."""
    data = findings.results.manifest.get("data") or {}
    sentences = [data.get("parts", "")]
    if data.get("weighted"):
        sentences.append(
            "Examples were weighted in the training loss; validation losses and scores count each one once."
        )
    taken = (findings.results.manifest.get("study") or {}).get("compiled")
    if isinstance(taken, list) and taken:
        words = join_words([str(choice).replace("_", " ") for choice in taken])
        sentences.append(f"What the model’s function compiles it with was taken from there: {words}.")
    return "".join(f" {sentence}" for sentence in sentences if sentence)


def _intervals(findings: PageFindings) -> str:
    if findings.best is None or findings.trials["seed"].nunique() < 2:
        return ""
    gaps = findings.effects["delta"] if len(findings.effects) else findings.parts[0].against_best["delta"]
    practical = (
        f" Where the whole interval at the level of the first step lies within ±{findings.scale.gap(gaps.median())}, "
        "the smallest difference of interest here, there is no practical difference."
        if len(gaps)
        else ""
    )
    return (
        f"An interval is {_of_what(findings)}. The comparisons of a family are judged step by step (Holm 1979): of m, "
        "the smallest p at the family’s share of 0.05 divided by m, the next at that divided by m − 1, up to the first "
        "that is not below its level, at which all others are judged. An interval is shown at the level at which its "
        "comparison was judged, so it leaves out zero where a difference is found and only there. Two that have the "
        "same score on every seed are “identical”; where they differ by the same on every seed, t gives no interval. "
        "Differences are taken before rounding. Where the scores of a side look skewed, in all configurations with its "
        "level, the halves of an interval are as much longer as t’s own distribution in such samples asks (L-skewness, "
        f"Hosking 1990; the studentized method, Hall 1992).{practical}{_overlap(findings)}"
    )


def _overlap(findings: PageFindings) -> str:
    """What seeds share, and how intervals allow for it."""
    study = findings.study
    if not study.overlap:
        return ""
    return (
        " Seeds split the same examples, so the variance of a mean over n seeds is not s²/n but s² · (1/n + "
        f"{study.overlap:.3g}), which other data of the kind are expected to show (corrected resampled variance, "
        'Nadeau and Bengio 2003); “about = "this data"” in a study’s question leaves that out.'
    )


def _of_what(findings: PageFindings) -> str:
    """Which t an interval is of."""
    paired, welch = "Student’s t over the differences per seed", "Welch’s t of two independent samples"
    how = "(unequal variances, degrees of freedom by Satterthwaite)"
    if not findings.unpaired:
        return paired
    return f"{welch} {how}" if findings.wholly_unpaired else f"{paired}, or where two sides share none {welch} {how}"


def _looks(findings: PageFindings) -> str:
    """Seeds that were added look by look, and what that costs."""
    study = findings.study
    if not study.looks:
        return ""
    at = place(study.looks, findings.trials["seed"].nunique())
    shares = ", ".join(f"{100 * share:.0f} %" for share in SHARES)
    return (
        f"Seeds were to be added look by look, at {join_words(list(map(str, study.looks)))}, until every declared "
        f"comparison is settled: better, worse, or no practical difference. The looks spend {shares} of "
        f"the {ALPHA * (1 - study.fresh_share):.3g}, so that together they are wrong no more often than one; this is "
        f"look {at + 1}, which spends {study.share * ALPHA:.3g}."
    )


def _comparisons(findings: PageFindings) -> str:
    design = findings.study.design
    others = any((~part.against_baseline["is_level"].astype(bool)).any() for part in findings.parts)
    more = (
        " A configuration that differs from the baseline by one level keeps that comparison; the others are compared "
        "with the baseline in a family of their own."
        if others
        else ""
    )
    if design == "grid" and findings.tuned:
        return (
            "A level is compared with the baseline’s level, other factors at the baseline, each side at the "
            "learning rate that validation ranks best for it. The rates were chosen on these same seeds, for both "
            f"sides alike.{more}"
        )
    return {
        "grid": f"A level is compared with the baseline’s level, other factors at the baseline.{more}",
        "one-factor": "Each change is compared with the baseline, everything else as it is there.",
        "leave-one-out": "Each removal is compared with the whole, everything else as it is there.",
    }.get(design, "")


def _interactions(findings: PageFindings) -> str:
    table = findings.interactions
    if table.empty or not (table["n"] > 1).any():
        return ""
    return (
        "Whether the gain of a level depends on another factor is judged by contrasts, seed by seed: what the level "
        "gains over the baseline’s with another level of the other factor, less what it gains with the baseline’s (m = "
        f"{len(table)}). Where such a difference is found, a level of which one gain is above zero and another below, "
        "each at the family’s share divided by the number of contrasts found, “depends on another factor”, and no "
        "single effect of it is reported as shown."
    )


def _shares(findings: PageFindings) -> str:
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


def _choice(findings: PageFindings) -> str:
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
        "The truly best configuration is among those that “may be the best”, and none is further behind it than the "
        f"table says, with {_best_level(findings)} confidence: constrained intervals for the difference to the best of "
        "the others (Hsu 1984; Chang and Hsu 1992). What is shown to be worse than the baseline is ruled out as well. "
        "Nothing is promised of two configurations of which neither is the best."
        f"{_failures(findings, test)}"
    )


def _failures(findings: PageFindings, test: str) -> str:
    if not findings.counts["diverged"]:
        return ""
    return (
        " A trial that diverged counts in every mean, rank, choice of a learning rate and comparison. "
        f"{describe_costs(findings)} “Where both train” stands beside and decides nothing, for the seeds on which both "
        f"train are chosen by the outcome. How often two sides diverge is given with Wilson’s 95 % intervals and the "
        f"{test}."
    )


def _best_level(findings: PageFindings) -> str:
    """The confidence of what is said of the best, of all parts of a page together."""
    return f"{100 * (1 - ALPHA * findings.study.share * families(findings.study)['best']):.4g} %"


def _fresh(findings: PageFindings) -> str:
    if findings.fresh is None:
        return ""
    own = findings.trials["seed"].nunique()
    tuned = findings.results.manifest["study"].get("fresh_seeds", 0)
    declared = f" The study declares them: its own {own} seeds are there to choose (tuning_seeds)." if tuned else ""
    return (
        f"Fresh seeds ({findings.fresh['seed'].nunique()} here) are seeds that no choice was made on: rates and winner "
        "are kept as they were chosen, and every comparison is made again. They have "
        f"{ALPHA * findings.study.fresh_share:.3g} of the page’s 0.05, which the study’s own seeds then lack: half for "
        "the best configuration against the baseline, one comparison that was named before, half for the levels."
        f"{declared}{_fresh_tests(findings)}"
    )


def _fresh_tests(findings: PageFindings) -> str:
    """That fresh seeds are compared on the sealed test part, and for what their intervals allow."""
    table = findings.fresh_effects
    if not table["part"].eq("test").any():
        return ""
    said = (
        " They validate on examples on which others chose, so they are compared on the test examples, which no seed "
        "has trained or validated on."
    )
    if not findings.allows_for_examples:
        return said
    return (
        f"{said} All seeds test on the same ones, so an interval’s squared standard error is that of the seeds plus "
        "that of the examples: measured by which of them came out right where that is kept, else bounded by how far "
        "seeds spread on validation data."
    )


def _images(findings: PageFindings) -> str:
    examples = findings.ladder["examples"].max() if len(findings.ladder) else 0
    if not examples:
        return ""
    return (
        f"All seeds are tested on the same {examples} examples, so seeds alone say how sure a score is on these. The "
        "wider interval takes the examples for a sample as well: its squared standard error is that of the seeds plus "
        "that of the examples, less what both count (crossed random effects; degrees of freedom by Satterthwaite)."
    )


def _mistakes(findings: PageFindings) -> str:
    """How the 0.05 of the page is divided among its families of claims."""
    who = baseline_name(findings, rate=False)
    scored = [part for part in findings.parts if part.best is not None]
    others = sum(int((~part.against_baseline["is_level"].astype(bool)).sum()) for part in scored)
    counts = {
        "primary": (int(findings.primary is not None), "comparison that the question declares"),
        "levels": (int((~findings.effects["primary"]).sum()), "levels"),
        "configurations": (others, f"other configurations against {who}"),
        "interactions": (len(findings.interactions), "interactions"),
        "best": (sum(len(part.against_best) for part in scored), "others beside the best"),
    }
    if findings.best is None or findings.trials["seed"].nunique() < 2:
        return ""
    said = [
        f"{ALPHA * findings.study.share * share:.2g} for the {counts[name][0]} {counts[name][1]}"
        for name, share in families(findings.study).items()
        if name in counts and counts[name][0]
    ]
    if not said:
        return ""
    spent = f" (of which this look spends {ALPHA * findings.study.share:.3g})" if findings.study.looks else ""
    if findings.fresh is not None:
        said.append(f"{ALPHA * findings.study.fresh_share:.2g} for what is compared on fresh seeds")
    beside = ""
    if len(findings.neighbours):
        beside = " Comparisons at neighbouring rates are there to compare, and make no claim of their own."
    return (
        f"At most 5 % of pages like this one hold any false finding{spent}: that chance is divided among its families "
        f"of claims, {join_words(said)}.{beside}"
    )
