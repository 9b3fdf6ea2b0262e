"""The results folders that tests of pages have."""

from tests.experiments.report.conftest import results  # noqa: F401
