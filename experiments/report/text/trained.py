"""What was trained: the data, the network, how, and what a trial's outcomes mean."""

from collections.abc import Callable

from experiments.report.page_findings import PageFindings
from experiments.report.text.inference import describe_sealed, inference
from experiments.study import catalog
from experiments.study.words import NOTHING, count, diverged_means, short

_KINDS = {
    "mlp": "a perceptron",
    "cnn": "a convolutional network",
    "rnn": "a recurrent network (SimpleRNN)",
    "lstm": "a recurrent network (LSTM)",
    "gru": "a recurrent network (GRU)",
}


def describe_training(findings: PageFindings) -> str:
    """A few sentences from the manifest and the settings; empty where no trial has run."""
    if not findings.counts["run"]:
        return ""
    of_data = [_data(findings), describe_sealed(findings), inference(findings)]
    return " ".join(text for text in (*of_data, _network(findings), _outcomes(findings)) if text)


_TARGETS: dict[str, Callable[[int], str]] = {
    "any": lambda outputs: "",
    "class": lambda outputs: f"{max(outputs, 2)} classes",
    "labels": lambda outputs: count(outputs, "label") + ", each there or not",
    "fractions": lambda outputs: count(outputs, "number") + " from 0 to 1 to predict",
    "values": lambda outputs: count(outputs, "number") + " to predict",
}
_FACTS = ("train", "validation", "test", "input_shape", "outputs")  # of the data, where the manifest has them


def _data(findings: PageFindings) -> str:
    """`Data: digits, 1079 examples to train on, 359 to validate, 359 to test; an example has 64 numbers, 10 classes.`

    Nothing for manifests that do not say, or where factors change the data.
    """
    study, data = findings.study, findings.results.manifest.get("data")
    if (
        not data
        or any(data.get(key) is None for key in _FACTS)
        or any(factor in study.data_settings for factor in study.varied)
    ):
        return ""
    sizes = f"{data['train']} examples to train on, {data['validation']} to validate, {data['test']} to test"
    numbers = count_of(data["input_shape"])
    head, outputs = findings.results.manifest.get("head"), data["outputs"]
    known = catalog.HEADS.get(head or "", catalog.HEADS["softmax"])
    several = "several outputs" if head == catalog.SEVERAL else ""
    target = several or _TARGETS[known.target](known.classes(outputs) or outputs)
    return f"Data: {short(study.task)}, {sizes}; {'; '.join(filter(None, [f'an example has {numbers}', target]))}."


def count_of(shape: list[int]) -> str:
    """How many numbers an example has.

    >>> count_of([64]), count_of([28, 28])
    ('64 numbers', '28 × 28 numbers')
    """
    return "1 number" if list(shape) in ([], [1]) else f"{' × '.join(map(str, shape))} numbers"


def _network(findings: PageFindings) -> str:
    """`Network: a perceptron, hidden layers 64-64, 9000 parameters; adam, batches of 32, 4 epochs.`"""
    study = findings.study
    held = {name: label for name, label in study.settings.items() if name not in study.varied}
    parts = [_KINDS.get(study.model, short(study.model))] if study.model else []
    if "filters" in held:
        parts.append(f"filters {held['filters']}")
    if units := held.get("units"):
        parts.append(f"hidden layers {units}" if "-" in units else f"one hidden layer of {units}")
    if "parameters" in findings.trials and (known := findings.trials["parameters"].dropna()).size:
        ends = sorted({int(known.min()), int(known.max())})
        parts.append(f"{' to '.join(map(str, ends))} parameters")
    how = [short(held["optimizer"])] if "optimizer" in held else []
    how += [f"batches of {held['batch_size']}"] if "batch_size" in held else []
    how += [count(int(float(held["epochs"])), "epoch")] if "epochs" in held else []
    text = "; ".join(filter(None, [", ".join(parts), ", ".join(how)]))
    return f"Network: {text}." if text else ""


def _outcomes(findings: PageFindings) -> str:
    nothing = f"; learned nothing: it {NOTHING}" if findings.learned_nothing else ""
    trial = "one configuration with one seed" if findings.study.paired else "one run of a configuration"
    return f"A trial is {trial}; diverged: {diverged_means(findings.imported)}{nothing}."
