"""What an arm changes of a model: plain data, by the paths of layers."""

from dataclasses import asdict, dataclass, field, fields

from experiments.study.types import PlainTable


@dataclass(frozen=True)
class Constant:
    """An input, or some of its features, held at a number: `input × scale + offset`.

    scale, offset: a number each, or one per feature.
    """

    scale: list[float] | float
    offset: list[float] | float


@dataclass(frozen=True)
class Edit:
    """What is changed. A path is a layer's name, within a nested model `model/layer`.

    removed: layers that are taken away. halved: layers with half their units or filters. activations: layer → the
    activation that it gets. unregularized: layers without their regularizers. constants: input → what it is held at.

    >>> Edit(removed=("dropout",)).touches("dropout"), bool(Edit())
    (True, False)
    """

    removed: tuple[str, ...] = ()
    halved: tuple[str, ...] = ()
    activations: dict[str, str] = field(default_factory=dict)
    unregularized: tuple[str, ...] = ()
    constants: dict[str, Constant] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything is changed."""
        return any(getattr(self, part.name) for part in fields(self))

    def touches(self, path: str) -> bool:
        """Whether a layer, or one within it, is another one."""
        paths = (*self.removed, *self.halved, *self.activations, *self.unregularized)
        return any(given == path or given.startswith(f"{path}/") for given in paths)

    def __or__(self, other: "Edit") -> "Edit":
        """Both changes."""
        return Edit(
            self.removed + other.removed,
            self.halved + other.halved,
            self.activations | other.activations,
            self.unregularized + other.unregularized,
            self.constants | other.constants,
        )

    def as_json(self) -> PlainTable:
        """The change as JSON has it."""
        return asdict(self)
