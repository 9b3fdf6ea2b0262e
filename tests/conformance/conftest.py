"""The run on the other backend is started first and asked last, so that the two halves share the time."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: (item.path.name == "test_jax.py") * (-1 if item.name == "test_it_starts" else 1))
