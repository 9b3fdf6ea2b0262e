"""The results folders that tests of pages have."""

from tests.experiments.report.conftest import _nothing_drawn, results  # noqa: F401
