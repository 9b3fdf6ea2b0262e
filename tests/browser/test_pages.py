"""Pages as a reader has them, in real Chromium: offline, on a phone, by mouse, keyboard and screen reader.

Skipped where there is no Chromium.
"""

import json
import shutil

import pytest

from experiments.report.pages import study_page
from experiments.report.pages.comparison_page import write_comparison
from experiments.report.pages.index_page import write_index
from experiments.report.pages.ranks_page import write_ranks
from experiments.report.pages.study_page import write_study_report
from tests.experiments.report.conftest import results  # noqa: F401 (a fixture)
from tests.experiments.report.drawing import on_the_page_alone
from tests.experiments.report.found import found_once

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
STUDIES = ("planted", "search", "leave-one-out", "empty")
PAGES = [*(f"{name}/index.html" for name in STUDIES), "index.html", "compare-planted-one-seed/index.html"]
PAGES.append("rank-activation/index.html")
PHONE = {"width": 390, "height": 844}
found = next((place for name in NAMES if (place := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(found is None, reason=f"no Chromium here ({', '.join(NAMES)})")


@pytest.fixture(scope="module")
def pages(results, tmp_path_factory):  # noqa: F811
    """A folder with pages of all kinds."""
    folder, few = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("few")
    with pytest.MonkeyPatch.context() as patch, found_once(study_page):
        patch.setattr(study_page, "draw", on_the_page_alone)
        for name in STUDIES:
            shutil.copytree(results / name, few / name)
            write_study_report(results / name, folder)
    write_comparison(results / "planted", results / "one-seed", folder)
    others = []
    for task in ("xor", "moons"):
        others.append(tmp_path_factory.mktemp("tasks") / task)
        shutil.copytree(results / "planted", others[-1])
        manifest = json.loads((others[-1] / "manifest.json").read_text())
        manifest["study"]["task"] = task
        (others[-1] / "manifest.json").write_text(json.dumps(manifest))
    write_ranks("activation", others, folder)
    write_index(folder, few)
    return folder


@pytest.fixture(scope="module")
def browser():
    """A Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, pages):
    """Open a page offline; its console's errors and its requests are on it."""
    contexts = []

    def open_page(place, **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto((pages / place).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("place", PAGES)
def test_a_page_is_one_file_without_errors_and_fits_a_phone(opened, place):
    page = opened(place, viewport=PHONE)
    assert page.said == []
    assert len(page.asked) == 1
    assert page.asked[0].startswith("file:")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing(opened, place, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(place, color_scheme=scheme)
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


def column(page, number):
    return page.locator(f"#best-table tbody tr:visible > :nth-child({number})").all_inner_texts()


def test_a_table_sorts_by_mouse_and_by_keyboard(opened):
    page = opened("planted/index.html")
    heads = page.locator("#best-table thead th")
    names = heads.all_inner_texts()
    number = next(at for at, name in enumerate(names) if "earning rate" in name)
    heads.nth(number).locator("button").click()
    rates = list(map(float, column(page, number + 1)))
    assert rates == sorted(rates)
    assert heads.nth(number).get_attribute("aria-sort") == "ascending"
    heads.nth(number).locator("button").focus()
    page.keyboard.press("Enter")
    rates = list(map(float, column(page, number + 1)))
    assert rates == sorted(rates, reverse=True)
    assert heads.nth(number).get_attribute("aria-sort") == "descending"


def test_a_long_table_filters_by_keyboard(opened):
    page = opened("planted/index.html")
    field = page.locator("label.filter:near(#best-table) input").first
    before = len(column(page, 1))
    field.focus()
    page.keyboard.type("tanh 0.003")
    rows = page.locator("#best-table tbody tr:visible").all_inner_texts()
    assert 0 < len(rows) < before
    assert all("tanh" in row and "0.003" in row for row in rows)
    status = page.locator("label.filter [role=status]").all_inner_texts()
    assert f"{len(rows)} of {before}" in status
    field.fill("")
    assert len(column(page, 1)) == before
