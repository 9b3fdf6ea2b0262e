"""Why an arm can't be: its kind, and the reason in words."""

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["output", "shapes", "outputs", "nothing"]


class Refused(Exception):
    """An arm that can't be.

    kind: "output" where it would take what gives the model's output, "shapes" where a later layer can't take what is
    left, "outputs" where the outputs would have other shapes, "nothing" where nothing would change. at: the layer
    where it fails, where there is one.
    """

    def __init__(self, kind: Kind, text: str, at: str = "") -> None:
        super().__init__(text)
        self.kind, self.at = kind, at
