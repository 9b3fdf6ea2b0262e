"""A study that is trained further where its rows ask for it: more learning rates while a best one lies at an end, then
more seeds, look by look, until its comparisons are settled."""

from collections.abc import Callable, Iterable

from experiments.analysis.looks import is_settled, place
from experiments.analysis.rate_ends import find_ends, next_rate
from experiments.analysis.rows import NamedRow
from experiments.results.findings import Findings
from experiments.results.results import results_of
from experiments.study.columns import RATE, TrialRow
from experiments.study.study import Study
from experiments.study.words import count, join_words, level


class Growth:
    """What to train next of a study with `looks` or `extend_rates`.

    say: prints a line.

    What is asked for depends on the study and the rows of the trials that it has so far alone. So nothing is kept but
    the rows: run again, it comes to the same trials.
    """

    def __init__(self, study: Study, say: Callable[[str], None] = print) -> None:
        self.study = study
        self._say = say
        self._ended: set[str] = set()  # ends that were reported as reached
        self._declared = sorted(study.factors[RATE]) if study.extend_rates else []

    def next(self, rows: Iterable[TrialRow]) -> Study | None:
        """The study with more rates or more seeds, once all of its trials are among the rows; None at the end."""
        study = self.study
        if not study.looks and not study.extend_rates:
            return None
        wanted = {trial.id for trial in study.trials}
        findings = Findings(results_of(study, [row for row in rows if row["trial"] in wanted]))
        more = self._more_rates(findings) or self._more_seeds(findings)
        self.study = more or study
        return more

    def _more_rates(self, findings: Findings) -> Study | None:
        study = self.study
        rates = study.factors.get(RATE)
        if not study.extend_rates or not isinstance(rates, list):
            return None
        added = {
            "smallest": sum(rate < self._declared[0] for rate in rates),
            "largest": sum(rate > self._declared[-1] for rate in rates),
        }
        found = [find_ends(part.cells, part.study) for part in findings.parts]
        new = []
        for end, so_far in added.items():
            there = dict.fromkeys(_describe(row) for table in found for row in table[table["end"] == end].itertuples())
            if not there:
                continue
            where = f"{study.name}: the best learning rate of {join_words(list(there))} is the {end} tried"
            if so_far == study.extend_rates:
                if end not in self._ended:
                    self._say(f"{where}, after {count(so_far, 'more rate')}")
                self._ended.add(end)
                continue
            new.append(next_rate(rates, end))
            self._say(f"{where}; {new[-1]:g} is tried as well ({so_far + 1} of at most {study.extend_rates})")
        return study.with_rates(new) if new else None

    def _more_seeds(self, findings: Findings) -> Study | None:
        study = self.study
        if not study.looks:
            return None
        done = is_settled(findings.comparisons_in_question)
        at = place(study.looks, len(study.seeds))
        line = f"{study.name}: look {at + 1} of {len(study.looks)}, {len(study.seeds)} seeds: "
        line += f"{done.sum()} of {count(len(done), 'comparison')} settled"
        if done.all() or at + 1 == len(study.looks):
            self._say(f"{line}; it ends here")
            return None
        self._say(f"{line}; on to {study.looks[at + 1]} seeds")
        return study.with_seeds_of_look(at + 1)


def _describe(row: NamedRow) -> str:
    return {"best": "what ranks first", "reference": "the baseline"}.get(row.what) or level(row.factor, row.level)
