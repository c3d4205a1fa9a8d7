"""What runs came to, in a line each, at the end of all tests.

What a test prints that passes is seen by nobody.
The lines go with a test's report, so that they come from the processes of xdist as well.
"""

from collections.abc import Callable

import pytest

LINE = "what it came to"
Tells = Callable[[object], None]


@pytest.fixture
def tells(record_property: Callable[[str, object], None]) -> Tells:
    """Return what has a line told at the end, whether the test passes or fails."""
    return lambda line: record_property(LINE, str(line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell all of them, each once."""
    reports = [one for some in terminalreporter.stats.values() for one in some]
    lines = [
        value
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == LINE
    ]
    if lines:
        terminalreporter.section("what runs came to")
    for line in sorted(dict.fromkeys(map(str, lines))):
        terminalreporter.write_line(line)
