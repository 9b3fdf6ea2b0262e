"""What the analysis finds in results that no test changes: computed once, by whichever test asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from experiments.report.page_findings import PageFindings
from experiments.results.follow_ups import FollowUps, follow_ups
from experiments.results.results import Results, read_results


@cache
def found_in(folder: Path) -> PageFindings:
    """The findings of a results folder, with what was trained to test it."""
    results = read_results(folder)
    return PageFindings(results, follow_ups(folder, results))


@contextmanager
def found_once(page: ModuleType) -> Iterator[None]:
    """Let the module of a page take its findings from `found_in` meanwhile: what it finds there is tested elsewhere."""
    asked = {}

    def read(folder: Path) -> Results:
        asked[id(found_in(folder).results)] = found_in(folder)
        return found_in(folder).results

    def findings(results: Results, tests: FollowUps) -> PageFindings:
        return asked[id(results)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "read_results", read)
        patch.setattr(page, "PageFindings", findings)
        yield
