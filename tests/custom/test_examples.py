"""The examples in the docstrings of `custom` run, and every module of formulas has one."""

import doctest
import importlib
import pkgutil
import sys

import pytest

import custom

MODULES = sorted(module.name for module in pkgutil.walk_packages(custom.__path__, "custom.") if not module.ispkg)
# they hold conversions and base classes, whose tests say more than an example would
WITHOUT_EXAMPLES = {"custom.steps", "custom.losses.base", "custom.types"}

# one and the same functions for each, shown by `custom.steps`' tests
BACKENDS = "custom.backends."


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    if name.startswith(BACKENDS):
        pytest.importorskip(name.removeprefix(BACKENDS), reason="the backend is not installed")
    importlib.import_module(name)
    # a module and the function it defines may share a name: sys.modules has the module
    result = doctest.testmod(sys.modules[name])
    assert result.failed == 0
    assert (result.attempted > 0) == (name not in WITHOUT_EXAMPLES and not name.startswith(BACKENDS))
