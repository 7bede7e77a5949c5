"""Colours and style sheet of every drawing, light and dark."""

COLOURS = ("#2563a8", "#c9541a", "#2c8a57", "#9b3d8f", "#8a6d1f", "#c23049", "#1f8f99", "#6b7280")
"""Of the entries, by their place on the board; they repeat."""
DARK_COLOURS = ("#6cb0f5", "#f0925a", "#63c792", "#d486cb", "#d1b45c", "#f07a8e", "#5cc9d3", "#a3adbd")
"""The same on a dark page."""
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"


def _entries(colours: tuple[str, ...]) -> str:
    # Plain classes rather than CSS variables, which the converters that papers pass through do not know.
    return "".join(f".mjb-l{i}{{stroke:{c}}}.mjb-f{i}{{fill:{c}}}" for i, c in enumerate(colours)) + "\n"


STYLE = (
    """\
.mjb-bg{fill:#fff}.mjb-title{font-size:14px;font-weight:600;fill:#1c2330}.mjb-label{font-size:12.5px;fill:#1c2330}
.mjb-small{font-size:11px;fill:#5b6577}.mjb-grid{stroke:#e3e7ee}.mjb-mark{stroke:#9aa5b8;stroke-dasharray:3 3}
.mjb-interval{stroke:#2563a8;stroke-width:2.5;stroke-linecap:round}.mjb-early{stroke-dasharray:1 5}
.mjb-seed{fill:#2563a8;fill-opacity:.35}.mjb-value{fill:#2563a8;stroke:#2563a8;stroke-width:2}.mjb-hollow{fill:#fff}
.mjb-series{fill:none;stroke-width:2;stroke-linejoin:round}.mjb-part{stroke-dasharray:6 4}.mjb-band{fill-opacity:.15}
"""
    + _entries(COLOURS)
    + """\
@media (prefers-color-scheme:dark){.mjb-bg{fill:#151a22}.mjb-title,.mjb-label{fill:#e6eaf1}.mjb-small{fill:#97a3b6}
.mjb-grid{stroke:#2a3240}.mjb-mark{stroke:#64708a}.mjb-interval{stroke:#6cb0f5}.mjb-seed{fill:#6cb0f5}
.mjb-value{fill:#6cb0f5;stroke:#6cb0f5}.mjb-hollow{fill:#151a22}
"""
    + _entries(DARK_COLOURS)
    + "}\n"
)
"""Style of every drawing; a page that inlines drawings includes it once."""


def side_by_side(parts: int) -> int:
    """Columns of a figure of so many parts."""
    return 2 if parts == 4 else min(parts, 3)
