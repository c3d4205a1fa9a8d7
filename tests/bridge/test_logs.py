"""One form of line for people, one for machines; never a secret, never a customer's text."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bridge import tracing
from bridge.logs import set_up_logging
from bridge.tracing.otlp import OtlpTracer


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Put the root logger back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_for_machines_each_line_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json", "info")
    logging.getLogger("bridge.delivery").warning("доставка %s чекає", 7)
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["level"], told["logger"]) == (
        "доставка 7 чекає",
        "warning",
        "bridge.delivery",
    )


def fail() -> None:
    token = "SECRET-canary"
    raise ValueError(len(token))


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_values_of_variables(
    capsys: pytest.CaptureFixture[str], form: str
) -> None:
    set_up_logging(form, "info")  # type: ignore[arg-type]
    try:
        fail()
    except ValueError:
        logging.getLogger("bridge").exception("it broke")
    told = capsys.readouterr().err
    assert "ValueError: 13" in told
    assert "SECRET-canary" not in told


def test_what_would_show_the_values_of_variables_in_colours_is_not_even_loaded() -> None:
    loads = "import sys, bridge.logs; print('rich' in sys.modules); import rich.console"
    said = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout == "False\n"


def test_nothing_less_important_than_asked_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json", "warning")
    logging.getLogger("bridge").info("quiet")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("noisy", ["uvicorn.access", "websockets", "httpx"])
def test_those_who_quote_addresses_are_kept_quiet(
    capsys: pytest.CaptureFixture[str], noisy: str
) -> None:
    set_up_logging("json", "debug")
    logging.getLogger(noisy).info("GET /hooks/x?token=SECRET")
    assert capsys.readouterr().err == ""


def test_off_a_terminal_auto_means_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("auto", "info")
    logging.getLogger("bridge").info("hello")
    assert json.loads(capsys.readouterr().err)["event"] == "hello"


def test_setting_it_up_twice_writes_each_line_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json", "info")
    set_up_logging("json", "info")
    logging.getLogger("bridge").info("hello")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_line_says_in_which_trace_it_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("json", "info")
    tracing.use(OtlpTracer("http://127.0.0.1:9", "0"))
    try:
        with tracing.span("request"):
            logging.getLogger("bridge").warning("inside")
            ids = tracing.ids()
        logging.getLogger("bridge").warning("outside")
    finally:
        tracing.end()
    inside, outside = [json.loads(one) for one in capsys.readouterr().err.splitlines()[:2]]
    assert ids.keys() == {"trace_id", "span_id"}
    assert ids.items() <= inside.items()
    assert "trace_id" not in outside
