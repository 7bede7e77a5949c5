"""Sphinx configuration: `make docs`."""

import sys
from pathlib import Path

import mjbench

sys.path.insert(0, str(Path(__file__).parent))

project = "mjbench"
author = "the mjbench developers"
release = mjbench.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mjbench_docs"]
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 80
python_use_unqualified_type_names = True
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"mjbench {release}"
html_static_path = ["static"]
html_favicon = "static/icon.svg"
templates_path = ["templates"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
exclude_patterns = ["_build", "examples", "mjbench_docs", "templates"]
