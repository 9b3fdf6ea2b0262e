"""Which sections a page has, and in which order."""

import itertools

from experiments.report.sections.reading_order import sections
from tests.experiments.report.found import found_in


def names(results, study: str, **options: bool) -> list[str]:
    return [section.name for section in sections(found_in(results / study), [], **options)]


def test_a_grid_begins_with_what_to_use_and_ends_with_what_is_to_be_doubted(results) -> None:
    found = names(results, "planted")
    assert found[:4] == ["use", "levels", "variance", "pairs"]
    assert found[-3:] == ["best", "divergence", "tests"]


def test_profiles_are_shown_on_request_before_the_best_configurations(results) -> None:
    found, usual = names(results, "planted", profiles=True), names(results, "planted")
    assert found[found.index("best") - 1] == "profiles"
    assert [name for name in found if name != "profiles"] == usual


def test_every_section_has_something_to_show_and_no_two_share_a_name(results) -> None:
    for study in ("planted", "one-factor", "leave-one-out"):
        shown = sections(found_in(results / study), [])
        assert all(section.figures or section.tables or section.text for section in shown)
        figures = itertools.chain.from_iterable(section.figures for section in shown)
        tables = itertools.chain.from_iterable(section.tables for section in shown)
        for parts in (shown, figures, tables):
            ids = [part.name for part in parts]
            assert len(set(ids)) == len(ids), study
