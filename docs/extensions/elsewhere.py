"""Files of the repository that are pages of the site as they are, and links between pages and files."""

import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {  # page of the site → the file that it shows
    "architecture": ROOT / "ARCHITECTURE.md",
    "contributing": ROOT / "CONTRIBUTING.md",
    "changelog": ROOT / "CHANGELOG.md",
    "measurements": ROOT / "benchmarks" / "README.md",
}
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")
FENCE = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)


def relinked(text: str, folder: Path, page: Path) -> str:
    """Markdown of a file in a folder, its links as the page of the site needs them.

    >>> relinked("[rules](docs/stacking-rules.md)", ROOT, DOCS / "architecture.md")
    '[rules](stacking-rules.md)'
    >>> relinked("[how](../../benchmarks/README.md#speed)", DOCS / "guides", DOCS / "guides" / "speed.md")
    '[how](../measurements.md#speed)'
    """
    shown = {file: DOCS / f"{name}.md" for name, file in PAGES.items()}

    def place(found: re.Match[str]) -> str:
        file = (folder / found[1]).resolve()
        return Path(os.path.relpath(shown.get(file, file), page.parent)).as_posix()

    parts = FENCE.split(text)
    return "".join(part if part.startswith("```") else LINK.sub(place, part) for part in parts)


def _read(app: Any, name: str, source: list[str]) -> None:
    page = DOCS / f"{name}.md"
    file = PAGES.get(name, page)
    source[0] = relinked(file.read_text(encoding="utf-8"), file.parent, page)


def _opened(app: Any, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """A linked file opens in the browser; it is not saved on the disk."""
    if "body" in context:
        context["body"] = context["body"].replace(' download=""', "")


def setup(app: Any) -> dict[str, bool]:
    """As Sphinx asks for it."""
    app.connect("source-read", _read)
    app.connect("html-page-context", _opened)
    return {"parallel_read_safe": True}
