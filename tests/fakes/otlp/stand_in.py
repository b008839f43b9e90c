"""The collector."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from starlette.responses import Response

from tests.fakes.sources.base import HttpStandIn, Received

TRACES = "/v1/traces"
PROTOBUF = "application/x-protobuf"
TRACE_BYTES, SPAN_BYTES = 16, 8


@dataclass
class SeenSpan:
    """A span as it arrived."""

    name: str
    kind: str
    trace: str
    """Hexadecimal, like the two ids below."""
    id: str
    parent: str
    """Empty where there is none."""
    facts: dict[str, Any]
    is_error: bool
    service: str
    raw: Span = field(repr=False)


class CollectorStandIn(HttpStandIn):
    title = "OpenTelemetry collector"

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.spans: list[SeenSpan] = []
        self.bodies: list[bytes] = []
        """Every byte that arrived, unpacked: what tests look for secrets in."""
        super().__init__(host=host, port=port)

    def complaints(self, request: Received) -> Iterator[str]:
        if (request.method, request.path) != ("POST", TRACES):
            yield f"there is no {request.method} {request.path}"
        elif request.headers.get("content-type") != PROTOBUF:
            yield f"the body is no {PROTOBUF}"

    def answer(self, request: Received) -> Response:
        if (request.method, request.path) != ("POST", TRACES):
            return Response(status_code=404)
        if request.headers.get("content-type") != PROTOBUF:
            return Response(status_code=415)
        try:
            body = _unpacked(request)
            asked = ExportTraceServiceRequest.FromString(body)
        except (DecodeError, OSError, zlib.error, LookupError) as error:
            self.violations.append(f"the body can't be decoded: {type(error).__name__}")
            return Response(status_code=400)
        self.bodies.append(body)
        for span in _spans(asked):
            self._keep(span)
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type=PROTOBUF)

    def reset(self) -> None:
        with self.lock:
            super().reset()
            self.spans.clear()
            self.bodies.clear()

    def _keep(self, span: SeenSpan) -> None:
        if len(span.raw.trace_id) != TRACE_BYTES or len(span.raw.span_id) != SPAN_BYTES:
            self.violations.append(f"{span.name} has ids of another length")
        if not span.raw.name or span.raw.end_time_unix_nano < span.raw.start_time_unix_nano:
            self.violations.append(f"{span.name} has no name, or ends before it begins")
        self.spans.append(span)


def _unpacked(request: Received) -> bytes:
    match request.headers.get("content-encoding", "identity"):
        case "identity":
            return request.body
        case "gzip":
            return gzip.decompress(request.body)
        case other:
            raise LookupError(other)


def _spans(asked: ExportTraceServiceRequest) -> Iterator[SeenSpan]:
    for of_resource in asked.resource_spans:
        service = _facts(of_resource.resource.attributes).get("service.name", "")
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield SeenSpan(
                    name=span.name,
                    kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    facts=_facts(span.attributes),
                    is_error=span.status.code == Status.STATUS_CODE_ERROR,
                    service=service,
                    raw=span,
                )


def _facts(attributes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    attribute: KeyValue
    for attribute in attributes:
        value: AnyValue = attribute.value
        kind = value.WhichOneof("value")
        found[attribute.key] = None if kind is None else getattr(value, kind)
    return found
