"""Logging, set up once: for people on a terminal, as JSON lines for machines.

Event names and ids are logged, never a customer's text and never a secret.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from bridge import tracing


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Have a package count as not installed for as long as the context lasts."""
    known = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]  # So Python itself says it.
    try:
        yield
    finally:
        del sys.modules[name]
        if known is not None:
            sys.modules[name] = known


# Where typer has brought rich along, structlog loads it and pygments, 3 MiB, for tracebacks in
# colours and with the values of variables. Those may be secrets, so none is ever printed.
with _without("rich"):
    import structlog


def _with_trace(
    _logger: object, _method: str, line: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Say in which trace a line was written, where there is one."""
    line.update(tracing.ids())
    return line


def set_up_logging(form: Literal["auto", "console", "json"], level: str) -> None:
    """Send every logger's lines to standard error, in one form; "auto" looks at where it goes."""
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_trace,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=not console),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if console
        # A traceback becomes data, without the values of variables: those may be secrets.
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.processors.format_exc_info],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These speak of every request and connection, and quote addresses with secrets in them.
    for noisy in ("uvicorn.access", "uvicorn.error", "websockets", "httpx", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
