"""Sentences that claim nothing of other seeds: what ran, what ranks first, what is not shown, how to go on."""

import re

TOTAL = r"\d+ (?:configurations?|changes?|draws?|parts?|comparisons?)"
# What is said of trials, ranks and means alone, or not to be known: nothing of it can be false of other seeds.
# Sentences of earlier versions stay, so that these can be measured too.
NOTHING = [
    re.compile(pattern)
    for pattern in (
        r"No trial has run yet, so there is no answer\.",
        r"(?:Every one of the \d+ trials|The one trial) (?:diverged|failed with an error), so there is no .+\.",
        r"None of \d+ trials gave a score, so there is no answer: .+\.",
        r"The one configuration reaches .+\.",
        r"With one (?:seed|run on a side) nothing can be told apart: .+\.",
        rf".+ ranks first of (?:{TOTAL}|all)(?: on validation)?(?:[:,;] .+)?\.",
        r".+ ranks first of .+; .+\.",
        r"No (?:change|removal|level) (?:to .+ )?has a score that can be compared with .+\.",
        r"Nothing can be told apart: .+\.",
        r"(?:The|the) (?:baseline|whole) is .+\.",
        r"Learning rates are tuned.+\.",
        r"Of all \d+ configurations?, .+ ranks first\.",
        r"All seeds are tested on the same .+\.",
        r"With one seed nothing says whether another seed would give the same order\.",
        r"(?:The other one cannot|None of the \d+ others can) be told apart from the best.*: any may be it\.",
        r"\d+ of \d+ other configurations? cannot be told apart from the best.*: any of these may be it\.",
        r"Where all \d+ configurations are compared at once, .+ none is shown to beat .+; .+ ranks first\.",
        r"Ranked first on validation: .+\.",
        r"Nothing has a score\.",
        r"[Kk]eep (?:the (?:tuned )?baseline|the whole)(?:, .+)?: nothing ranks above it\.",
        r"[Kk]eep (?:the (?:tuned )?baseline|the whole)(?:, .+)?, or choose what is simplest or fastest.*\.",
        r"Choose what is simplest or fastest among .+\.",
        r"As good, as far as these seeds tell: .+\.",
        r".+ ranks first, not shown to be better(?: than .+)?(?:: .+)?\.",
        r".+ ranks first because .+ diverged on .+; where both train it is not shown to be better\.",
        r"results/.+ is the model .+\.",
        r"(?:The recommended configuration|The configuration(?: that ranks first, which is not shown to be better,)?|"
        r"What ranks first under each condition,) written out; .+\.",
        r"Initial weights and the order of examples are Keras’ own, .+\.",
        r"For what ranks first write .+ instead of .+\.",
        r"Of .+, in \d+ comparisons, each level with each level of another of these.*: none is shown to gain .+\.",
        r"What was (?:chosen|seen) above was trained again on .+\.",
        r"No verdict changes\.",
        r"Verdicts that change: .+\.",
        r"The mean is now on the other side of zero for .+\.",
        r"(?:None of \d+ trials?|None of 1 trial) diverged\.",
        r"\d+ draws? with a score: too few to say which factor matters\.",
        r"From \d+ draws? with a score nothing can be said: .+\.",
        r"No factor is shown to matter, nor any two of them together: .+\.",
        r".+: \d+ % of the variance between draws, not shown to matter more than .+\.",
        r".+ matters: \d+ % of the variance between draws\.",  # the one factor there is
        r"No (?:level|removal) of .+ can be told apart from (?:its reference|the whole)(?:; \d+ of \d+ .+)?\.",
        r"No (?:level|removal) of .+ is shown to differ from (?:its reference|the whole)(?:; \d+ of \d+ .+)?\.",
        # all against the baseline, and beside the best
        r"Among \d+ other configurations?, which takes wider intervals, none is shown to beat .+\.",
        r"Not ruled out, or close: .+; of these choose what is simplest or fastest\.",
        r"Of .+: no gain of a level over the baseline’s is shown to depend on the level of another factor, in .+\.",
        # a declared question
        r"(?:The comparison that the study declares|The comparison was declared .+?): .+ against .+\.",
        r".+ and .+ cannot be told apart: between them lies .+\.",
        r"There is no answer yet: .+\.",
        r"As far as these lie apart, .+ four times in five; there are \d+\.",
        r"(?:The|On the study’s own seeds the) verdict holds in .+ analyses that differ in .+\.",
        r".+ ranks first, which is not what was asked\.",
        r"The question was changed when .+\.", r"What was asked first is kept in manifest\.json\.",
        r"Results may have suggested what is asked, .+\.", r"The comparison was declared when .+ had ended\.",
        # caveats
        r"Not finished: .+\.", r"The same command goes on from here\.",
        r"The best score of a search is too good, .+\.",
        r"\d+ trials? failed with an error and counts? as not run; see “What failed”\.",
        r"\d+ of \d+ trials diverged\.",
        r"(?:It|Each) counts as .+\.",
        r"It diverged on \d+ of \d+ seeds?, what it is compared with on .+\.",  # told with its interval by the answer
        r"A configuration in which any seed diverged ranks after those in which none did\.",
        r"\d+ of \d+ trials? learned nothing: .+\.", r"(?:Its score counts|Their scores count) like any other\.",
        r"By .+, most of this study learned nothing\.",
        r"Configurations have unequal .+\.",
        r"One (?:seed|run): no interval is possible, .+\.",
        r"\d (?:seeds|runs) are few: intervals are wide, and small differences cannot be shown\.",
        r"(?:The|In \d+ of \d+ comparisons? the) two sides share no seeds, so .+\.",
        r"In (?:\d+ of \d+ comparisons?|the comparison), .+ left out: .+\.",
        r"Of the learning rates, .+ above 0: .+\.",
        r"Too few seeds to say in .+\.",
        r"What ranks first was chosen among .+ compared: what was chosen looks better than it is\.",
        r"Intervals allow for the choice of the first.*\.",
        r"“ablations confirm .+” (?:compares|trains|measures).+\.",
        r"Verdicts hang on the learning rate: .+\.",
        r"Results were looked at with .+\.", r"“looks = .+” in the study file plans them, .+\.",
        r"It stopped at \d+ of up to \d+ seeds because .+\.",
        r"All seeds share one split of the data .+\.",
        r"Each seed splits the same data anew.+\.",
        r".+ makes up \d+ % of the loss with .+\.",
        r"A configuration compared with itself \d+ times was found to differ .+\.",
        r"The best learning rate, .+, is the (?:smallest|largest) one tried: .+\.",
        r"So it is for .+\.", r"“extend_rates = 3” in the study file tries more\.",
        r"Rates were added, .+\.",
        r"Compared at the (?:smallest|largest) rate tried, .+\.", r"A (?:smaller|larger) one may suit better\.",
        r"The best .+ lies at the (?:low|high) end of its range: .+\.",
        r"Too few examples to say in .+\.", r"More examples would, or a question about this data set alone .+\.",
        r"These results are from before the test part was sealed: .+\.", r"“.+ --fresh” trains with .+\.",
        r"A task whose test part is the same for every seed says so by sealed=True\.",
        r"Verdicts (and intervals )?hold apart from what is too rare to be seen: .+\.",
        r".+: no verdict, for \d+ of \d+ runs? of .+ lie far below all others, .+\.", r"More seeds would tell\.",
        r"Scores have a long tail on one side .+\.",
        # caveats of tables of other tools
        r"A difference in .+ of less than .+ makes no practical difference, by its name; --smallest-effect says .+\.",
        r"The table does not say on which data .+\.", r"If that was test data, .+\.",
        r"The baseline is .+ names another\.",
        r"The table has no seeds .+\.",
        r"(?:More|Less) of .+ is better, as --direction says\.",
        r"Of \d+ combinations of these levels \d+ are there\.", r"A level is compared where its partner .+\.",
    )
]  # fmt: skip
# Figures that draw the means and trials there are: their titles say what was drawn.
DESCRIBING = (
    "ladder", "learning-rate", "curves", "cost", "seeds", "heat-map", "divergence", "budget", "searches", "parallel",
    "trust", "fresh", "multiverse",
)  # fmt: skip


def claims_nothing(sentence: str) -> bool:
    """Whether a sentence is known, and claims nothing.

    >>> claims_nothing("None of 60 trials diverged."), claims_nothing("relu is best.")
    (True, False)
    """
    return any(pattern.fullmatch(sentence) for pattern in NOTHING)
