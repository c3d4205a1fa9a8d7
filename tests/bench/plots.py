"""Line charts in SVG, legible on a light page and on a dark one."""

import math
import re
import sys
from collections.abc import Mapping, Sequence

import pygal  # type: ignore[import-untyped]
from pygal.style import Style  # type: ignore[import-untyped]

# It would be asked for plugins of its own at every import, in a way that Python warns of.
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != pygal.__name__]

# Of the same lightness, and told apart by people who do not see red and green.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#7f6fd0")
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
_LIGHT = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#3c434a",
    foreground_strong="#1d2327",
    foreground_subtle="#8c959f",
    guide_stroke_color="#d8dee4",
    major_guide_stroke_color="#d8dee4",
    font_family=_FONT,
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=16,
    stroke_width=2,
    opacity="1",
    colors=_COLOURS,
)
# An image on a page knows what its reader's system prefers.
_DARK = """
<style>@media (prefers-color-scheme: dark) {{
  #chart-{id}, #chart-{id} .graph > .background, #chart-{id} .plot > .background
    {{ background-color: #0d1117; fill: #0d1117 }}
  #chart-{id} .axis text, #chart-{id} .axis text.major, #chart-{id} .legends .legend text,
  #chart-{id} .title {{ fill: #c9d1d9 }}
  #chart-{id} .axis .guide.line, #chart-{id} .axis .major.line {{ stroke: #30363d !important }}
  #chart-{id} .axis .line {{ stroke: #8b949e }}
}}</style>
"""


def lines(
    title: str,
    across: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    *,
    up: str,
    along: str,
    logarithmic: bool = False,
) -> str:
    """Return a chart of some series over the same places `across`, with what both axes are."""
    known = [value for values in series.values() for value in values if value is not None]
    steps = _steps(min(known) if logarithmic else 0, max(known), logarithmic=logarithmic)
    chart = pygal.Line(
        _config(title, 3 if len(series) > 4 else 2, logarithmic=logarithmic),
        x_title=along,
        y_title=up,
    )
    chart.x_labels, chart.y_labels, chart.range = across, steps, (steps[0], steps[-1])
    # What stands in the file does not change with each run.
    chart.uuid = re.sub(r"\W+", "-", title.lower())
    for name, values in series.items():
        chart.add(name, values)
    text: str = chart.render(is_unicode=True)
    # An image on a page runs no scripts, and the day it was made is in the commit.
    bare = re.sub(r"<!--.*?-->|<script.*?</script>", "", text, flags=re.DOTALL)
    dark = _DARK.format(id=chart.uuid)
    return bare.replace("</defs>", f"{dark}</defs>", 1) + "\n"


def _steps(least: float, most: float, *, logarithmic: bool) -> list[float]:
    """Return round numbers from at most `least` to at least `most`."""
    if logarithmic:
        ladder = [step * 10.0**power for power in range(-3, 7) for step in (1, 2, 5)]
        first = max(n for n, one in enumerate(ladder) if one <= least)
        last = min(n for n, one in enumerate(ladder) if one >= most)
        return ladder[first : last + 1]
    rough = most / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    return [step * n for n in range(math.ceil(most / step) + 1)]


def _config(title: str, columns: int, *, logarithmic: bool) -> pygal.Config:
    return pygal.Config(
        style=_LIGHT,
        title=title,
        js=(),
        width=720,
        height=440,
        margin_bottom=40,
        logarithmic=logarithmic,
        margin_right=40,
        dots_size=3,
        legend_at_bottom=True,
        legend_at_bottom_columns=columns,
        truncate_legend=-1,
        value_formatter=lambda value: f"{value:,.3g}" if value < 1000 else f"{value:,.0f}",
        show_x_guides=False,
        explicit_size=True,
    )
