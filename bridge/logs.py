"""Logging, set up once: for people on a terminal, as JSON lines for machines.

Event names and ids are logged, never a customer's text and never a secret.
"""

import logging
import sys
from typing import Literal

import structlog

from bridge import tracing


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
