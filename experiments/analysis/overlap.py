"""What scores of several seeds have in common because all seeds split the same examples."""

from collections.abc import Mapping

from experiments.study.labels import text
from experiments.study.types import Plain
from experiments.tasks import keras_cache
from experiments.tasks.keras_images import OFFICIAL_TRAINING

RESAMPLE = "resample"  # the setting of a task that says whether each seed splits the data anew
ARRAYS = "arrays"  # what the task of a user's own arrays is called
THIS_DATA, OTHER_DATA = "this data", "other data of the kind"


def overlap(manifest: Mapping[str, Plain]) -> float:
    """How much of one seed's variance a mean over seeds keeps, however many seeds there are; 0 where nothing is shared.

    manifest: of a study. Its `data` has the sizes `train, validation, test` and, where all seeds split the same
    examples anew into training and validation parts, `resplit`, the number of these examples. Where it does not say
    whether the test part is `sealed`, as in older results, all examples count that were split anew.

    With v of N examples to validate, it is v / (N − v): the variance of a mean over n seeds, other data of the kind in
    mind, is s² · (1/n + v / (N − v)). Where the other N − v all train, that is the corrected resampled variance of
    C. Nadeau and Y. Bengio, Inference for the Generalization Error (2003).

    >>> overlap({"study": {}, "data": {"train": 60, "validation": 20, "test": 20, "resplit": 80}}).__round__(3)
    0.333
    """
    data = manifest.get("data") or {}
    held, examples = data.get("validation"), data.get("resplit")
    if "sealed" not in data and examples is None:
        examples = _of_old(manifest, data)
    return held / (examples - held) if held and examples and examples > held else 0.0


def overlap_of_tests(manifest: Mapping[str, Plain]) -> float:
    """The same of a test part that all seeds share: at most how much of the variance of one seed's validation score the
    mean of test scores keeps.

    Of t sealed examples and v of N that validate it is N · v / (N − v) / t; 0 where nothing is sealed.

    >>> data = {"train": 60, "validation": 20, "test": 20, "sealed": True, "resplit": 80}
    >>> overlap_of_tests({"study": {}, "data": data}).__round__(3)
    1.333
    """
    data = manifest.get("data") or {}
    if not data.get("sealed") or not data.get("test"):
        return 0.0
    return overlap(manifest) * (data.get("resplit") or 0) / data["test"]


def _of_old(manifest: Mapping[str, Plain], data: Mapping[str, Plain]) -> int | None:
    """How many examples were split anew, of results that do not say: all of them, an official test set apart."""
    study = manifest.get("study", {})
    levels = [study.get("settings", {}).get(RESAMPLE), *study.get("factors", {}).get(RESAMPLE, ())]
    arrays = study.get("task") == ARRAYS and not data.get("parts")
    if "true" not in map(text, levels) and not arrays:
        return None
    sizes: list[int | None] = [data.get(part) for part in ("train", "validation", "test")]
    if study.get("task") in keras_cache.FILES:
        return OFFICIAL_TRAINING
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
