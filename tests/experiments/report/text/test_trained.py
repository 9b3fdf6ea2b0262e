"""What was trained, as far as manifest and settings tell."""

import pytest

from experiments.report.page_findings import PageFindings
from experiments.report.text.trained import describe_training
from experiments.results.results import read_results

DATA = {"train": 60, "validation": 20, "test": 20, "input_shape": [28, 28], "outputs": 10}
NETWORK = "Network: a perceptron, hidden layers 64-64, 9000 parameters; adam, batches of 32, 4 epochs."


def of(results, name: str, **manifest) -> str:
    read = read_results(results / name)
    read.manifest.update(manifest)
    return describe_training(PageFindings(read))


def test_data_network_and_outcomes(results) -> None:
    assert of(results, "planted", data=DATA, head="softmax") == (
        "Data: digits, 60 examples to train on, 20 to validate, 20 to test; an example has 28 × 28 numbers; 10 "
        f"classes. {NETWORK} A trial is one configuration with one seed; diverged: at the end of an epoch its loss, a "
        "weight or a score was not a finite number."
    )


@pytest.mark.parametrize(
    ("head", "outputs", "words"),
    [
        ("ordinal", 4, "; 5 classes"),
        ("multi_label", 3, "; 3 labels, each there or not"),
        ("fractions", 2, "; 2 numbers from 0 to 1 to predict"),
        ("several", 4, "; several outputs"),
        ("generated", 2, "an example has 28 × 28 numbers. "),
        ("sigmoid", 1, "2 classes."),
        ("linear", 1, "1 number to predict."),
        ("linear", 2, "2 numbers to predict."),
    ],
)
def test_what_is_predicted(results, head: str, outputs: int, words: str) -> None:
    assert words in of(results, "planted", data=DATA | {"outputs": outputs}, head=head)


def test_a_manifest_that_does_not_tell_of_the_data_has_no_line_of_it(results) -> None:
    assert of(results, "planted").startswith(NETWORK)


def test_where_factors_change_the_data_no_sizes_are_told(results) -> None:
    assert of(results, "conditions", data=DATA).startswith(NETWORK)


def test_what_is_varied_is_not_told_as_fixed(results) -> None:
    assert "adam" not in of(results, "one-factor")
    assert of(results, "empty") == ""


def test_of_another_tools_results_divergence_is_what_their_files_tell(results) -> None:
    assert of(results, "planted", imported={"kind": "table"}).endswith("diverged: without a finite score.")


@pytest.mark.parametrize("lacking", ["test", "outputs", "input_shape"])
def test_a_manifest_that_tells_a_part_of_the_data_has_no_line_of_it(results, lacking) -> None:
    assert of(results, "planted", data=DATA | {lacking: None}).startswith(NETWORK)
    assert of(results, "planted", data={key: part for key, part in DATA.items() if key != lacking}).startswith(NETWORK)
