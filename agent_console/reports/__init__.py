"""Reports: what happened in a period, by whom, where and about what.

Each figure is defined in docs/reference/reports.md.
"""

from agent_console.reports.figures import Figures, Tally, Times
from agent_console.reports.period import MOST_DAYS, Period, of_days
from agent_console.reports.report import NONE, Report, Score, Table, Wanted, report

__all__ = [
    "MOST_DAYS",
    "NONE",
    "Figures",
    "Period",
    "Report",
    "Score",
    "Table",
    "Tally",
    "Times",
    "Wanted",
    "of_days",
    "report",
]
