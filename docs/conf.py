"""Sphinx configuration: `make docs`."""

import sys
from pathlib import Path

import mjbench

sys.path.insert(0, str(Path(__file__).parent))

project = "mjbench"
author = "the mjbench developers"
release = mjbench.__version__
extensions = ["myst_parser", "mjbench_docs"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"mjbench {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
exclude_patterns = ["_build", "examples", "mjbench_docs"]
