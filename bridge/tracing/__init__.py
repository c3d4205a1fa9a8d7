"""Traces of what the program does, where an administrator wants them: ids, and nobody's words.

Off, it costs a look at a variable, and nothing of OpenTelemetry is imported. A message goes on
its way in steps that do not call each other (a request stores it, a loop sends it on), so the
trace it came in by is remembered under its id, in this process: whoever takes it further,
joins that trace.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

_OFF: AbstractContextManager[None] = nullcontext()
Value = str | int | bool


class Tracer(Protocol):
    """What makes spans."""

    def span(
        self, name: str, told: Mapping[str, Value], *, of: Iterable[int], inside: bool
    ) -> AbstractContextManager[Any]:
        """Open a span; see `span`."""
        ...

    def carry(self, messages: Iterable[int]) -> None:
        """Have these messages go on in the trace that is open now."""
        ...

    def ids(self) -> dict[str, str]:
        """Return the ids of the span that is open now, if one is."""
        ...

    def end(self) -> None:
        """Send what has not been sent, and stop."""
        ...


_tracer: Tracer | None = None


def use(tracer: Tracer | None) -> None:
    """Trace with this from now on, or not at all."""
    global _tracer  # noqa: PLW0603  # One program, one place to send to.
    _tracer = tracer


def is_on() -> bool:
    """Say whether anything is traced."""
    return _tracer is not None


def span(
    name: str,
    told: Mapping[str, Value] | None = None,
    *,
    of: Iterable[int] = (),
    inside: bool = False,
) -> AbstractContextManager[Any]:
    """Have what is done in the context be a span, in the trace of the messages it is about.

    Without any, it is in the span that is open, or begins a trace; what is only worth telling
    `inside` of another is left out where none is open. What is `told` are ids and short words.
    """
    if _tracer is None:
        return _OFF
    return _tracer.span(name, told or {}, of=of, inside=inside)


def carry(messages: Iterable[int]) -> None:
    """Have these messages go on in the trace that is open now."""
    if _tracer is not None:
        _tracer.carry(messages)


def ids() -> dict[str, str]:
    """Return `trace_id` and `span_id` of the span that is open now, for the log."""
    return {} if _tracer is None else _tracer.ids()


def end() -> None:
    """Send what has not been sent, and trace no more."""
    if _tracer is not None:
        _tracer.end()
        use(None)
