"""Spans to an OpenTelemetry collector, by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/).

Only what we say ourselves: instrumentation of libraries would put addresses into spans, with bots' tokens and
people's searches in them. The queue of spans is bounded, and nobody waits for the collector: what it does not
take is lost. All other standard variables are heard (OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, …).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from core.tracing import Fact, Kind

LAST_SECONDS = 2.0
"""How long a process that ends may take to send what is left."""
NAME = "name"
"""The fact that is the span's own name: it may be known only later."""
CARRIER = "traceparent"
_HTTP = {"method": "http.request.method", "route": "http.route", "status": "http.response.status_code"}
"""What OpenTelemetry's conventions have names for; all else is ours."""
_KINDS = {kind: SpanKind[kind.name] for kind in Kind}


class Collector:
    """One process's way to the collector."""

    def __init__(self, endpoint: str, process: str) -> None:
        """`endpoint` is the collector's address for all it takes; spans go to `/v1/traces` below it."""
        resource = Resource.create(
            {
                "service.namespace": "melody-studio",
                "service.name": f"melody-{process}",
                "service.version": version("melody-studio"),
            }
        )
        exporter = OTLPSpanExporter(f"{endpoint}/v1/traces")
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("melody")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, kind: Kind, parent: str | None, facts: Mapping[str, Fact]) -> Iterator[None]:
        with self._tracer.start_as_current_span(
            name,
            self._context(parent),
            _KINDS[kind],
            record_exception=False,  # its words may be somebody's
            set_status_on_exception=False,
        ) as span:
            _say(span, facts)
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR))
                raise

    def note(self, facts: Mapping[str, Fact]) -> None:
        _say(trace.get_current_span(), facts)

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get(CARRIER)

    def close(self) -> None:
        """In a thread, because the SDK waits half a minute for a collector that is away."""
        closing = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        closing.start()
        closing.join(LAST_SECONDS)

    def _context(self, parent: str | None) -> Context | None:
        """None is the context around. What is no `traceparent` begins a trace of its own."""
        return None if parent is None else self._propagator.extract({CARRIER: parent}, Context())


def _say(span: Span, facts: Mapping[str, Fact]) -> None:
    for name, value in facts.items():
        if name == NAME:
            span.update_name(str(value))
        elif value is not None:
            said = value if isinstance(value, (bool, int, float)) else str(value)
            span.set_attribute(_HTTP.get(name, f"melody.{name}"), said)
