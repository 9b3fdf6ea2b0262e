"""What the documentation tells is so: its code runs, its outputs are real, its names and links exist."""

import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest

from experiments.cli import main
from experiments.report.figures.figure import Drawn
from experiments.report.pages import study_page
from experiments.study import catalog
from experiments.study.study_file import load
from experiments.study.study_table import KEYS, StudyFile
from tests.docs.walkthrough import BLOCK, agree, walk

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "benchmarks" / "README.md"})
GUIDES = [ROOT / "README.md", *sorted(DOCS.glob("guides/*.md")), *sorted(DOCS.glob("tutorials/*.md"))]
MOST_WORDS = 900  # of README.md


def text_of(place: str) -> str:
    return (ROOT / place).read_text(encoding="utf-8")


def blocks(place: str, language: str) -> list[str]:
    return [block for found, block in BLOCK.findall(text_of(place)) if found == language]


@pytest.mark.parametrize("page", sorted(DOCS.glob("tutorials/*.md")), ids=lambda page: page.stem)
def test_a_tutorial_runs_and_shows_what_it_prints(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(study_page, "draw", lambda figure: Drawn("", "", b""))  # a third of the time, and no text
    shown = walk(page.read_text(encoding="utf-8"), tmp_path, {})
    assert len(shown) >= 3
    for told, printed in shown:
        assert agree(told, printed), f"{page.name} shows\n{told}\nand this was printed:\n{printed}"


def test_python_of_guides_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(30, 3)).astype("float32")

    def my_build(activation):
        layers = [keras.layers.Dense(2, activation=activation), keras.layers.Dense(2, activation="softmax")]
        return keras.Sequential([keras.Input((3,)), *layers])

    def build(hp):
        layers = [keras.layers.Dense(2, hp.Choice("activation", ["relu", "tanh"])), keras.layers.Dense(2, "softmax")]
        model = keras.Sequential([keras.Input((3,)), *layers])
        rate = hp.Float("rate", 1e-3, 1e-1, sampling="log")
        model.compile(keras.optimizers.SGD(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    # what a reader brings along; ten seeds of twenty epochs and a hundred trials are the reader's to wait for
    names = {"x": x, "y": (x[:, 0] > 0).astype(int), "my_build": my_build, "build": build}
    names |= {"x_val": names["x"], "y_val": names["y"]}
    for block in blocks("docs/guides/ablate-a-model.md", "python"):
        exec(block.replace("seeds=10", "seeds=1, epochs=1").replace("arms()", "arms(repeats=0)"), names)
    assert list(names["results"].frame["status"]) == ["ok"] * 4
    for place in ("docs/guides/notebook.md", "docs/guides/search.md", "docs/guides/studies.md"):
        for block in blocks(place, "python"):
            exec(block.replace("seeds=10", "seeds=1, epochs=1").replace("max_trials=100", "max_trials=3"), names)
    assert set(names["tuner"].get_best_hyperparameters()[0].values) == {"activation", "rate"}
    assert list(names["results"].frame["status"]) == ["ok", "ok"]
    assert names["net"]((3,), 2, "tanh", None).output_shape == (None, 2)


def test_the_readme_has_the_code_of_the_guides():
    (block,) = blocks("README.md", "python")
    (guide,) = blocks("docs/guides/notebook.md", "python")
    assert block.replace("results.frame, results.report()", "results.frame, results.history, results.report()") == guide


def test_study_files_are_valid(tmp_path):
    whole, drawn = blocks("docs/guides/studies.md", "toml")
    (asked,) = blocks("docs/guides/question.md", "toml")
    (first,) = blocks("README.md", "toml")
    rings, gates = blocks("docs/guides/recipes.md", "toml")
    found = {}
    for block in (whole, drawn, asked, first, rings, gates):
        place = tmp_path / re.match(r"# (\S+\.toml)\n", block)[1]
        place.write_text(block, encoding="utf-8")
        found[block] = load(place)
    assert [(len(study.cells), len(study.trials)) for study in found.values()] == [
        (12, 120),
        (100, 500),
        (8, 80),
        (12, 120),
        (6, 60),
        (4, 20),
    ]
    assert "regularizer.l2.l2" in found[drawn].settings
    assert found[asked].full_question.about == "this data"


def test_the_mistake_that_the_guide_shows(tmp_path):
    (block, _), (shown, *_) = blocks("docs/guides/studies.md", "toml"), blocks("docs/guides/studies.md", "text")
    (tmp_path / "my-study.toml").write_text(block.replace('["relu", "tanh"', '["rellu", "tanh"'), encoding="utf-8")
    with pytest.raises(ValueError, match="rellu") as raised:
        load(tmp_path / "my-study.toml")
    assert agree(shown, str(raised.value).removeprefix(f"{tmp_path}/"))


def test_every_key_of_a_study_file_is_in_the_reference_with_its_default():
    text = text_of("docs/reference/study-file.md")
    rows = dict(re.findall(r"^\| `\[?(\w+)\]?` \|.*\| (.*?) \|$", text, re.MULTILINE))
    assert set(rows) == set(KEYS)
    defaults = {name: field.default for name, field in StudyFile.model_fields.items() if not field.is_required()}
    known = catalog.TRAINING | catalog.OF_DATA
    defaults |= {name: setting.default for name, setting in known.items() if setting.default is not None}
    for name, default in defaults.items():
        if default is None or isinstance(default, dict):
            continue  # it depends on the task, or is a table, and is told in words
        assert rows[name] == f"`{json.dumps(default)}`", name


def test_commands_and_options_exist():
    seen = set()
    for page in GUIDES:
        for name, rest in re.findall(r"\bablations ([a-z]+)\b([^`#\n]*)", page.read_text(encoding="utf-8")):
            command = main.commands[name]
            options = {option for parameter in command.params for option in parameter.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"{page.name}: ablations {name}{rest}"
            seen.add(name)
    assert seen >= set(main.commands) - {"doctor"}, "a command that no guide tells of"


def test_the_readme_is_short():
    assert len(text_of("README.md").split()) <= MOST_WORDS


def test_false_pages_are_counted_as_measured():
    _, worlds = text_of("benchmarks/README.md").split("## Hostile worlds")
    rows = [row.replace("*", "").split("|") for row in worlds.splitlines() if row.startswith("| ")]
    after = rows[0].index(" false pages, after ")
    counts = [re.match(r" (\d+) of (\d+):", row[after]) for row in rows if "false" not in row[after]]
    false, pages = (sum(int(count[at]) for count in counts if count) for at in (1, 2))
    for place in ("README.md", "docs/guides/trust.md"):
        assert re.search(rf"Of {pages} pages[^.]*, {100 * false / pages:.1f} % ", text_of(place)), f"{false} of {pages}"


def test_the_changelog_has_one_line_per_change():
    for line in text_of("CHANGELOG.md").splitlines():
        assert len(line) <= 240, line
        assert not line or line.startswith(("#", "- ", "All ", "The "))


def anchors(page: Path) -> set[str]:
    """The anchors of headings, as forges and the site make them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\((?![a-z]+:)([^)\s]+)\)", prose):
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        assert file.exists(), f"{target} of {page}"
        assert not anchor or anchor in anchors(file), f"{target} of {page}"
