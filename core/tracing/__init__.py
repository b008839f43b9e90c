"""Traces: the way of one wish through all processes, as spans for a collector that speaks OTLP.

Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set: then nothing of OpenTelemetry is imported, and a span is an
empty block. What it looks like when it is on is in `core.tracing.collector`.

Between processes a trace travels in rows, as the `traceparent` of W3C Trace Context
(https://www.w3.org/TR/trace-context/): in the update that a messenger brought, and in the job that was asked
for. A message of the broker carries none, for it stands for one piece of work, whichever is first in turn.

Spans hold no personal data: names of our own, numbers, and ids of rows. Nobody's words, names, numbers or
chats, no addresses, and of errors their type alone.
"""

from __future__ import annotations

import logging
import uuid
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.config import Settings
    from core.tracing.collector import Collector

logger = logging.getLogger(__name__)

Fact = str | int | float | bool | uuid.UUID | None
"""What may be said of a span; None is left out."""


class Kind(StrEnum):
    """Which end of a call a span is, by OpenTelemetry's names."""

    INTERNAL = "internal"
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


_collector: Collector | None = None
_NOTHING = nullcontext()


def begin(settings: Settings, process: str) -> None:
    """Send this process's spans from now on, where the settings name a collector. To be called after a fork,
    not before: sending takes a thread."""
    global _collector
    if settings.otel_exporter_otlp_endpoint is None:
        return
    try:
        from core.tracing.collector import Collector
    except ImportError:
        logger.warning(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: "
            "there are no traces (pip install 'melody-studio[tracing]')"
        )
        return
    end()
    _collector = Collector(settings.otel_exporter_otlp_endpoint, process)


def end() -> None:
    """Send what is left, in bounded time, and nothing more."""
    global _collector
    ending, _collector = _collector, None
    if ending is not None:
        ending.close()


def is_on() -> bool:
    return _collector is not None


def span(
    name: str, *, kind: Kind = Kind.INTERNAL, parent: str | None = None, **facts: Fact
) -> AbstractContextManager[None]:
    """The block as a span: below the one whose `traceparent` is given, else below the one around it.

    An error that leaves the block is noted by its type. `facts` get our prefix: `job` becomes `melody.job`.
    """
    return _NOTHING if _collector is None else _collector.span(name, kind, parent, facts)


def note(**facts: Fact) -> None:
    """Say more of the span around."""
    if _collector is not None:
        _collector.note(facts)


def traceparent() -> str | None:
    """The span around, for a row by which another process goes on with it; None where there is none."""
    return None if _collector is None else _collector.traceparent()
