"""All that the analysis says of a study: each table is computed once, for pages, the notebook and further training."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import pandas as pd

from experiments.analysis.against_baseline import against_baseline
from experiments.analysis.arms import reference_cell
from experiments.analysis.best import (
    against_best,
    best_cell,
    best_score,
    best_test_against_baseline,
    rule_out,
)
from experiments.analysis.cells import cell_table, study_ranking
from experiments.analysis.chances import chances
from experiments.analysis.confirmation import fresh_effects, fresh_gain
from experiments.analysis.declared import Declared
from experiments.analysis.effects import effect_samples, effect_seeds, effects
from experiments.analysis.failures import failure_shares, nothing_shares
from experiments.analysis.importance import importance_table
from experiments.analysis.interactions import crossing_effects, interactions, simple_effects
from experiments.analysis.ladder import ladder
from experiments.analysis.lead import lead
from experiments.analysis.multiverse import Compared, multiverse
from experiments.analysis.neighbouring_rates import neighbouring_rates
from experiments.analysis.overlap import THIS_DATA
from experiments.analysis.primary import fresh_primary, primary_effect
from experiments.analysis.right_answers import COUNTED, answers_gained, seeds_and_images
from experiments.analysis.self_comparisons import calibration
from experiments.analysis.sensitivity import sensitivity_table
from experiments.analysis.variance import find_balanced, variance_table
from experiments.results.follow_ups import NONE, FollowUps
from experiments.results.results import Results
from experiments.study.columns import RATE
from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Findings:
    """The tables of a study; each is computed when first asked for.

    follow_ups: what was trained to test it.
    """

    results: Results
    follow_ups: FollowUps = NONE

    @cached_property
    def study(self) -> Declared:
        """The declaration."""
        return self.results.study if self.follow_ups.fresh is None else self.results.study.beside_fresh()

    @property
    def trials(self) -> pd.DataFrame:
        """One row per trial."""
        return self.results.trials

    @cached_property
    def cells(self) -> pd.DataFrame:
        """`cell_table`."""
        return cell_table(self.trials, self.study)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where in `cells` each cell stands."""
        return {cell: place for place, cell in enumerate(self.cells["cell"])}

    @cached_property
    def best(self) -> pd.Series | None:
        """The best cell's row, or None where no trial has a score."""
        best = best_cell(self.cells)
        return None if best is None else self.cell(best)

    @property
    def best_row(self) -> pd.Series:
        """The same, for what is asked only where a cell has a score."""
        assert self.best is not None, "no cell has a score"
        return self.best

    @property
    def best_cell(self) -> str:
        """The id of that cell."""
        return str(self.best_row["cell"])

    @cached_property
    def reference(self) -> str | None:
        """The cell that the design compares with."""
        return reference_cell(self.cells, self.study)

    @property
    def reference_cell(self) -> str:
        """The same, for what is asked only where the reference ran."""
        assert self.reference is not None, "the reference did not run"
        return self.reference

    @cached_property
    def against_best(self) -> pd.DataFrame:
        """Every other cell with a score beside the best; those shown to be worse than anything are ruled out."""
        table = against_best(self.trials, self.cells, self.study)
        return rule_out(table, self.against_baseline, self.effects)

    @cached_property
    def against_baseline(self) -> pd.DataFrame:
        """Every cell with a score compared with the reference."""
        return against_baseline(self.trials, self.cells, self.study, self._levels)

    @property
    def over_baseline(self) -> pd.DataFrame:
        """Of these the best cell: one row or none."""
        table = self.against_baseline
        return table.iloc[:0] if self.best is None else table[table["cell"] == self.best["cell"]]

    @cached_property
    def primary(self) -> pd.Series | None:
        """The comparison that the question declares; None where it declares none."""
        table = primary_effect(self.trials, self.cells, self.study)
        return None if table.empty else table.iloc[0]

    @cached_property
    def deciding_primary(self) -> pd.Series | None:
        """The same on fresh seeds, where both sides were trained on some."""
        if self.primary is None or self.follow_ups.fresh is None:
            return self.primary
        table = primary_effect(self.trials, self.cells, self.study)
        found = fresh_primary(self.follow_ups.fresh, table, *self._fresh_data).iloc[0]
        return found if found["n"] else self.primary

    @property
    def headline(self) -> Compared | None:
        """The comparison that the page's answer is about, before fresh seeds; None where it is about none."""
        row = lead(self.effects, self.against_baseline, self.study) if self.primary is None else self.primary
        if row is None or not all(isinstance(row[side], str) for side in ("cell", "reference_cell")):
            return None
        named = self.primary is not None and (row["factor"] == RATE or RATE in row["condition"])
        return Compared(row["cell"], row["reference_cell"], row["alpha"], named)

    @cached_property
    def multiverse(self) -> pd.DataFrame:
        """The headline's comparison under every reasonable choice; no rows where there is none."""
        if self.headline is None:
            return pd.DataFrame()
        return multiverse(self.trials, self.results.history, self.cells, self.study, self.headline)

    @cached_property
    def _levels(self) -> pd.DataFrame:
        """The declared comparisons, each by itself."""
        return effects(self.trials, self.cells, self.study)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The declared comparisons; the outcome of a level whose effect turns round elsewhere is `depends`."""
        table = self._levels
        turns = set(zip(self.crossing["factor"], self.crossing["level"], strict=True))
        depends = [pair in turns for pair in zip(table["factor"], table["level"], strict=True)]
        return table.assign(outcome=table["outcome"].mask(pd.Series(depends, table.index, bool), "depends"))

    @property
    def comparisons_in_question(self) -> pd.DataFrame:
        """What the study asks: the comparison that its question declares, else all of `effects`."""
        return self.effects if self.primary is None else self.primary.to_frame().T

    @cached_property
    def effect_seeds(self) -> pd.DataFrame:
        """The declared comparisons seed by seed."""
        return effect_seeds(self.trials, self.effects, self.study)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """The declared comparisons by other tests; t is the one that decides, with all that it allows for."""
        table = sensitivity_table(self.effect_seeds, effect_samples(self.trials, self.effects, self.study))
        return table.assign(t=self.effects["p"].where(table["t"].notna()))

    @cached_property
    def chances(self) -> pd.DataFrame:
        """How often each level of the declared comparisons wins, and how probable it is better or alike."""
        samples = effect_samples(self.trials, self.effects, self.study)
        return chances(self.effects, self.effect_seeds, samples, self.study.overlap)

    @cached_property
    def neighbours(self) -> pd.DataFrame:
        """The declared comparisons one step of the learning rate lower and higher, where rates are tuned."""
        return neighbouring_rates(self.trials, self.cells, self.study, self.effects)

    @cached_property
    def failures(self) -> pd.DataFrame:
        """Divergence by level."""
        return failure_shares(self.trials, self.study)

    @cached_property
    def nothing_learned(self) -> pd.DataFrame:
        """Trials that learned nothing, by level."""
        return nothing_shares(self.trials, self.study)

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """Whether gains depend on another factor, of a grid."""
        return interactions(self.trials, self.cells, self.study)

    @cached_property
    def simple_effects(self) -> pd.DataFrame:
        """What levels whose gain is shown to depend on another factor gain with each level of that."""
        return simple_effects(self.trials, self.study, self.interactions)

    @cached_property
    def crossing(self) -> pd.DataFrame:
        """Of these the levels that are better with one level of another factor and worse with another."""
        return crossing_effects(self.simple_effects)

    @cached_property
    def variance(self) -> pd.DataFrame:
        """`variance_table` of a grid; empty for other designs."""
        trials = self.trials if self.study.design == "grid" else self.trials.head(0)
        return variance_table(trials, self.study)

    @cached_property
    def balanced_levels(self) -> dict[str, list[str]]:
        """The levels on which `variance` rests."""
        return find_balanced(self.trials, self.study)[1]

    @cached_property
    def importance(self) -> pd.DataFrame:
        """`importance_table` of a random design; of epochs too, where a search sets them."""
        cells = self.cells if self.study.design == "random" else self.cells.head(0)
        factors = list(self.study.varied)
        if "epochs" in self.trials and "epochs" not in factors and self.trials["epochs"].nunique() > 1:
            factors.append("epochs")
            cells = cells.assign(
                epochs=cells["cell"].map(self.trials.drop_duplicates("cell").set_index("cell")["epochs"])
            )
        return importance_table(cells, self.study, factors)

    @cached_property
    def test(self) -> pd.Series:
        """The best cell's test score: a row of `intervals`."""
        return best_score(self.trials, self.study, self.best_cell, self.study.test).iloc[0]

    @cached_property
    def test_over_baseline(self) -> pd.DataFrame:
        """The best cell compared with the reference on the test set: one row or none."""
        return best_test_against_baseline(self.trials, self.cells, self.study)

    @cached_property
    def reference_test(self) -> pd.Series:
        """The reference's test score: a row of `intervals`."""
        return best_score(self.trials, self.study, self.reference_cell, self.study.test).iloc[0]

    @cached_property
    def test_gain_for_images(self) -> pd.Series:
        """The same with the test examples taken for a sample too: `seeds_and_images`, NaN where that is not known."""
        counted = self.study.primary == COUNTED and not self.results.correct.empty
        sides = self.results.correct, self.trials, self.best_cell, self.reference_cell
        return seeds_and_images(answers_gained(*sides) if counted else pd.DataFrame())

    @property
    def fresh(self) -> pd.DataFrame | None:
        """Trials on fresh seeds; None where there are none of the best cell."""
        trials = self.follow_ups.fresh
        there = trials is not None and self.best is not None and (trials["cell"] == self.best["cell"]).any()
        return trials if there else None

    @property
    def _fresh_data(self) -> tuple[Declared, pd.DataFrame]:
        """The declaration with the data that fresh seeds have, and which test examples came out right on them."""
        data = self.follow_ups.fresh_study or self.study
        if self.study.about == THIS_DATA:
            data = replace(data, overlap=0.0, test_overlap=0.0)
        study = replace(self.study, sealed=data.sealed, overlap=data.overlap, test_overlap=data.test_overlap)
        return study, self.follow_ups.fresh_correct

    @property
    def sealed(self) -> bool:
        """Whether what fresh seeds are tested on is in no seed's training or validation part."""
        return self._fresh_data[0].sealed

    @property
    def allows_for_examples(self) -> bool:
        """Whether intervals on fresh seeds take the test examples for a sample of others of the kind."""
        return self._fresh_data[0].test_overlap > 0

    @cached_property
    def fresh_gain(self) -> pd.Series | None:
        """The best cell's gain over the reference on fresh seeds; None without both of them there."""
        if self.fresh is None or self.reference is None:
            return None
        table = fresh_gain(self.fresh, self.best_cell, self.reference, *self._fresh_data)
        return None if table.empty or not table["n"].iloc[0] else table.iloc[0]

    @cached_property
    def fresh_effects(self) -> pd.DataFrame:
        """The declared comparisons on fresh seeds; not run without any. What turned round keeps that word."""
        trials = self.trials.head(0) if self.fresh is None else self.fresh
        table = fresh_effects(trials, self.effects, *self._fresh_data)
        return table.assign(outcome=table["outcome"].mask(self.effects["outcome"] == "depends", "depends"))

    @property
    def deciding(self) -> pd.DataFrame:
        """The declared comparisons by which anything is recommended: on fresh seeds where there are some."""
        return self.effects if self.fresh is None else self.fresh_effects

    @property
    def deciding_gain(self) -> pd.Series | None:
        """The same of the best cell over the reference; None without both."""
        if self.fresh_gain is not None:
            return self.fresh_gain
        return self.over_baseline.iloc[0] if len(self.over_baseline) else None

    @cached_property
    def ladder(self) -> pd.DataFrame:
        """`ladder` of the best cell and the reference."""
        cells = [] if self.best is None else list(dict.fromkeys(filter(None, [self.best["cell"], self.reference])))
        answers = self.results.correct, self.follow_ups.fresh_correct
        return ladder(self.study, self.trials, self.fresh, cells, *answers)

    @cached_property
    def calibration(self) -> pd.Series | None:
        """What comparisons of a cell with itself came to; None where there were none."""
        table = self.follow_ups.compared
        return None if table is None else calibration(table)

    @property
    def tested(self) -> bool:
        """Whether there are test scores at all."""
        return bool(self.trials[self.study.test].notna().any())

    @property
    def imported(self) -> PlainTable:
        """Of results of another tool where they come from, and what must be said of them; empty for our own."""
        return self.results.manifest.get("imported", {})

    @property
    def learned_nothing(self) -> int:
        """How many ok trials score no better than a constant prediction."""
        return int(self.cells["learned_nothing"].sum())

    @cached_property
    def best_trial(self) -> str | None:
        """The id of the best seed of the best cell, which `best.keras` should hold; None where no trial has a score."""
        if self.best is None:
            return None
        own = self.trials["cell"].eq(self.best["cell"])
        seed = study_ranking(self.trials, self.study).best_seed
        if seed is None:
            return None
        return str(self.trials.loc[own & self.trials["seed"].eq(seed), "trial"].iloc[0])

    @cached_property
    def _paired(self) -> pd.Series:
        """Of every comparison that has an estimate, whether it was made seed by seed."""
        tables = [self.effects, *(part.against_best for part in self.parts if part.best is not None)]
        return pd.concat([table.loc[table["n"] > 0, "paired"] for table in tables]).astype(bool)

    @property
    def unpaired(self) -> bool:
        """Whether any comparison is one of independent samples, for its two sides share no seeds."""
        return not self._paired.all()

    @property
    def wholly_unpaired(self) -> bool:
        """Whether all comparisons are."""
        return self.unpaired and not self._paired.any()

    @property
    def counts(self) -> dict[str, int]:
        """How many trials are wanted, and how many ended how."""
        ended = {status: int(self.trials["status"].eq(status).sum()) for status in ("ok", "diverged", "failed")}
        wanted = self.results.manifest.get("trials", {}).get("wanted", 0)
        return {"wanted": max(int(wanted), len(self.trials)), "run": len(self.trials), **ended}

    @property
    def tuned(self) -> bool:
        """Whether comparisons give each side its own best learning rate."""
        return self.study.tuned

    @cached_property
    def parts(self) -> list[Self]:
        """What was found under each combination of conditions; the whole alone where there are none."""
        if not self.study.conditions:
            return [self]
        found: list[Self] = []
        for condition in self.study.condition_levels:
            keep = (self.trials[list(condition)] == pd.Series(condition)).all(axis=1)
            results = replace(self.results, study=self.study.under(condition), trials=self.trials[keep])
            found.append(type(self)(results, self.follow_ups.under(condition)))
        return [part for part in found if len(part.trials)]

    def cell(self, cell: str) -> pd.Series:
        """A cell's row."""
        return self.cells.iloc[self._places[cell]]
