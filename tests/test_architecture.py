"""The picture and the table in ARCHITECTURE.md are of the tree as it is."""

import re
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
MOST_WORDS = 900


@cache
def rooms() -> dict[str, set[str]]:
    """The rooms of `experiments`, and which others each imports from."""
    graph = grimp.build_graph("experiments")
    children = [child for child in graph.find_children("experiments") if not child.endswith("__main__")]
    found: dict[str, set[str]] = {}
    for room in children:
        inside = {room, *graph.find_descendants(room)}
        imported = set().union(*(graph.find_modules_directly_imported_by(module) for module in inside))
        found[room.split(".")[1]] = {module.split(".")[1] for module in imported - inside if "." in module}
    return found


def picture() -> str:
    """The rooms as a Mermaid graph: an arrow from each to those it imports from, without those that follow."""
    found = rooms()

    @cache
    def below(room: str) -> frozenset[str]:
        return frozenset().union(*(below(room_below) | {room_below} for room_below in found[room]))

    lines = ["```mermaid", "graph TD"]
    for room in sorted(found):
        direct = [
            room_below
            for room_below in sorted(found[room])
            if not any(room_below in below(other) for other in found[room])
        ]
        lines += [f"  {room} --> {room_below}" for room_below in direct]
    return "\n".join([*lines, "```"])


def test_the_picture_is_drawn_from_the_imports() -> None:
    drawn = picture()
    assert drawn in TEXT, f"ARCHITECTURE.md wants this picture:\n{drawn}"


def test_every_room_has_its_line() -> None:
    told = set(re.findall(r"^\| `(?:experiments/)?([a-z_]+)(?:\.py|/)`", TEXT, re.MULTILINE))
    assert set(rooms()) <= told


def test_it_can_be_read_at_one_sitting() -> None:
    prose = re.sub(r"```.*?```", "", TEXT, flags=re.DOTALL)
    assert len(prose.split()) <= MOST_WORDS


def test_paths_that_it_names_exist() -> None:
    for place in re.findall(r"`((?:experiments|custom|tests|docs|benchmarks)/[\w./-]*)`", TEXT):
        assert (ROOT / place).exists(), place
