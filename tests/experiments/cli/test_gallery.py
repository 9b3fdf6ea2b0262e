"""`ablations gallery`: the page it writes, and the index that links it."""

import os
from pathlib import Path

from experiments.report.pages import index_page
from tests.experiments.cli.calling import call


def test_the_gallery_and_an_index_that_links_it(place, monkeypatch):
    from experiments.gallery import page

    def write_gallery(reports, say):
        say("gallery: drawing")
        os.write(2, b"a library's words")
        written = reports / index_page.GALLERY
        written.parent.mkdir(parents=True)
        written.write_text("")
        return written

    monkeypatch.setattr(page, "write_gallery", write_gallery)
    said = call("gallery", "--results", "r", "--reports", "p").stdout
    assert said.splitlines() == ["gallery: drawing", str(Path("p/gallery/index.html")), str(Path("p/index.html"))]
    assert 'href="gallery/index.html"' in (place / "p" / "index.html").read_text()
    assert (place / "r" / "log.txt").read_text() == "a library's words"


def test_a_gallery_that_cant_be_written_is_refused(place, monkeypatch):
    from experiments.gallery import page

    def full(reports, say):
        raise OSError(28, "No space left on device", "p/gallery/index.html")

    monkeypatch.setattr(page, "write_gallery", full)
    said = call("gallery", "--results", "r", "--reports", "p", status=2).stderr
    assert said == "ablations: p/gallery/index.html: can't be written: No space left on device\n"
