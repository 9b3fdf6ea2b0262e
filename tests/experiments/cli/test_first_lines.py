import inspect

import pytest

from experiments.cli.first_lines import first_line
from experiments.study import catalog
from experiments.study.imports import load

LIGHT = [part.target for table in (catalog.TASKS, catalog.DATA_FACTORS) for part in table.values()]


@pytest.mark.parametrize("target", LIGHT)
def test_it_is_what_python_reads(target):
    assert first_line(target) == inspect.getdoc(load(target)).splitlines()[0].replace("`", "")


def test_a_class_in_a_package_and_what_is_none_of_the_projects():
    assert first_line("experiments.recipes.recipe:Trainable").startswith("One trial's model")
    assert first_line("experiments.models.recurrent:lstm").startswith("A recurrent network")
    assert first_line("experiments.tasks:absent") == first_line("") == first_line("numpy:array") == ""
