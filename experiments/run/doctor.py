"""What this machine has for running studies, and what is wrong with it."""

import shutil
from pathlib import Path

from experiments.store import software
from experiments.store.environment import machine
from experiments.tasks import keras_cache


def examine(results: Path) -> tuple[list[str], bool]:
    """Lines to print, and whether something is wrong. Imports neither Keras nor TensorFlow."""
    found = software.versions()
    needed = {"keras", "numpy", "pandas", "scikit-learn", "keras-tuner"}
    missing = sorted(needed - set(found))
    if not {"tensorflow", "tensorflow-cpu", "jax"} & set(found):
        missing.append("tensorflow")
    lines = [f"{name} {version}" for name, version in found.items()]
    lines.append(f"machine: {machine()}")
    for name in keras_cache.FILES:
        state = "cached" if keras_cache.is_cached(name) else "not cached; it is fetched when first needed"
        lines.append(f"{name}: {state} ({keras_cache.folder()})")
    existing = next(place for place in [results.absolute(), *results.absolute().parents] if place.exists())
    free = shutil.disk_usage(existing).free / 1e9
    lines.append(f"results: {results}, {free:.1f} GB free")
    wrong = [f"{name} is not installed; `make setup` installs it" for name in missing]
    if free < 0.1:
        wrong.append(f"{existing} has less than 0.1 GB free")
    if not _writable(existing):
        wrong.append(f"{existing} can't be written")
    return lines + [f"wrong: {fault}" for fault in wrong] + ([] if wrong else ["all is well"]), bool(wrong)


def _writable(folder: Path) -> bool:
    probe = folder / ".ablations-probe"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
