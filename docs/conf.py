"""Sphinx configuration: `make docs`."""

import mjbench

project = "mjbench"
author = "the mjbench developers"
release = mjbench.__version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"mjbench {release}"
exclude_patterns = ["_build"]
