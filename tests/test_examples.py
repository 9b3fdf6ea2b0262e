"""Every example in a docstring of `experiments` runs. (Those of `custom` are run by its own tests.)"""

import doctest
import importlib
import pkgutil

import pytest

import experiments

MODULES = [
    module.name
    for module in pkgutil.walk_packages(experiments.__path__, "experiments.")
    if not module.name.endswith("__main__")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
