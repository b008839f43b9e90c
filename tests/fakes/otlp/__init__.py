"""A stand-in of an OpenTelemetry collector: takes spans by OTLP over HTTP, as protobuf, gzipped or not.

By https://opentelemetry.io/docs/specs/otlp/ (OTLP/HTTP): POST /v1/traces with `application/x-protobuf`,
answered 200 with an ExportTraceServiceResponse; another media type is 415, a body that can't be decoded 400.
Spans are in `spans`, oldest first. What a collector would not take is in `violations`.
"""

from tests.fakes.otlp.stand_in import CollectorStandIn, SeenSpan

__all__ = ["CollectorStandIn", "SeenSpan"]
