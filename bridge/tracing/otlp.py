"""Traces by OpenTelemetry, sent by OTLP over HTTP. Imported only where they are wanted.

What the library itself can be told (headers with a password, sampling) it reads from the
environment: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode

from bridge.tracing import Value

# Messages whose traces are remembered; most are sent on within a second.
REMEMBERED = 20_000
# For so long a batch may take, in seconds, and the end of the program waits, in ms.
_PATIENCE = 3
_LAST = 3_000
_KINDS = {"request": SpanKind.SERVER, "delivery": SpanKind.CLIENT, "post": SpanKind.CLIENT}


class OtlpTracer:
    """Makes spans and sends them in batches, from a thread of its own."""

    def __init__(self, url: str, version: str) -> None:
        """Send to the collector at `url`: `http://host:4318`."""
        about = Resource.create({"service.name": "deskbridge", "service.version": version})
        self._provider = TracerProvider(resource=about)
        exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces", timeout=_PATIENCE)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("deskbridge", version)
        self._of: OrderedDict[int, SpanContext] = OrderedDict()

    @contextlib.contextmanager
    def span(
        self, name: str, told: Mapping[str, Value], *, of: Iterable[int], inside: bool
    ) -> Iterator[Any]:
        """Open a span; a failure is told by its class alone, since its words may be anybody's."""
        if inside and not trace.get_current_span().get_span_context().is_valid:
            yield None
            return
        with self._tracer.start_as_current_span(
            name,
            context=self._trace_of(of),
            kind=_KINDS.get(name, SpanKind.INTERNAL),
            attributes={f"deskbridge.{key}": one for key, one in told.items()},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def _trace_of(self, messages: Iterable[int]) -> contexts.Context | None:
        for one in messages:
            known = self._of.get(one)
            if known is not None:
                parent = trace.NonRecordingSpan(known)
                return trace.set_span_in_context(parent, contexts.Context())
        return None

    def carry(self, messages: Iterable[int]) -> None:
        """Have these messages go on in the trace that is open now."""
        now = trace.get_current_span().get_span_context()
        if not now.is_valid:
            return
        for one in messages:
            self._of.setdefault(one, now)
            if len(self._of) > REMEMBERED:
                self._of.popitem(last=False)

    def ids(self) -> dict[str, str]:
        """Return the ids of the span that is open now, if one is."""
        now = trace.get_current_span().get_span_context()
        if not now.is_valid:
            return {}
        return {"trace_id": f"{now.trace_id:032x}", "span_id": f"{now.span_id:016x}"}

    def end(self) -> None:
        """Send what has not been sent, as far as the collector takes it in time."""
        self._provider.force_flush(_LAST)
        self._provider.shutdown()
