"""Where traces of what the program does are sent."""

from pydantic import Field

from bridge.settings.addresses import PublicUrl
from bridge.settings.base import Part


class Telemetry(Part):
    """Traces for whoever looks for where time goes. Ids, never a customer's text."""

    otlp: PublicUrl | None = Field(
        default=None,
        description="The collector that OpenTelemetry traces are sent to, by OTLP over HTTP, "
        "without the path. Without it, nothing is traced. Headers and sampling are told by the "
        "environment: `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`.",
        examples=["http://127.0.0.1:4318"],
    )
