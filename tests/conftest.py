"""What every test may use."""

from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.browser import FAILED, browser, context, new_context, page, page_errors
from tests.desk import running_desk, start_desk
from tests.told import pytest_terminal_summary, tells

__all__ = [
    "browser",
    "context",
    "new_context",
    "page",
    "page_errors",
    "pytest_terminal_summary",
    "running_desk",
    "start_desk",
    "tells",
]


# How long one example takes says more about what else the machine does than about us.
settings.register_profile("deskbridge", deadline=None)
settings.load_profile("deskbridge")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests in the browser's own event loop, which lives as long as the browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the fixtures whether the test has failed, so that they say what there was to see."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
