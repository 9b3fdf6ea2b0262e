"""How Sphinx makes the site; `make docs` runs it, and every warning fails it."""

import os
import sys
from pathlib import Path

# the reference imports Keras, and TensorFlow would talk meanwhile
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "docs")]

project = "keras-ablations"
author = "the authors of keras-ablations"
extensions = [
    "myst_parser",  # pages in Markdown
    "sphinx.ext.autodoc",  # reference from docstrings
    "extensions.docstrings",  # docstrings are Markdown
    "extensions.public_names",  # a public name without a docstring, an example or a place in the reference is a fault
    "extensions.commands",  # the command line, by its own help
    "extensions.parts",  # what a study file may name, from the catalog
    "extensions.rooms",  # the picture of ARCHITECTURE.md without JavaScript
    "extensions.elsewhere",  # files of the repository that pages link to
]
exclude_patterns = ["extensions"]
nitpicky = False  # types such as `pandas.DataFrame` stand in signatures, and their sites are not asked at build time

myst_enable_extensions = ["colon_fence"]
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 80
add_module_names = False
toc_object_entries = False

html_theme = "furo"  # system fonts, no script or style from elsewhere: the site can be read offline
html_title = "keras-ablations"
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["static"]
html_css_files = ["site.css"]
pygments_style = "friendly"
pygments_dark_style = "monokai"
