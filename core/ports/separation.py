"""Engines that take a mix apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol, runtime_checkable

from core.ports.audio import Quality, Samples, Stem


class Control(Protocol):
    """How a long piece of work talks to whoever ordered it. Thread-safe."""

    def progress(self, fraction: float) -> None:
        """Report how much is done, 0 to 1."""

    def raise_if_cancelled(self) -> None:
        """Raise `core.errors.Cancelled` when the work is no longer wanted."""


class SampleReader(Protocol):
    """A mix to read once from front to back."""

    samples: int
    """Length of the mix in samples per channel."""
    rms_dbfs: float
    """Level of the whole mix, dB below full scale (power mean over both channels)."""

    def read(self, count: int) -> Samples:
        """The next (n, 2) block, n <= count; n < count only at the end."""


StemWriter = Callable[[Mapping[Stem, Samples]], None]
"""Takes blocks in order; every stem's block has the same length and they sum to the mix."""


class Separator(Protocol):
    """An engine that takes a mix apart."""

    engine: str
    """Name and version of engine and model, e.g. `spleeter-2stems.1`: part of every recipe."""

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        """Fetch and load what is needed, once. Raises ModelUnavailable."""

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        """Blocking, in bounded memory; run it in a thread. Raises Cancelled, ModelUnavailable, EngineAway."""


@runtime_checkable
class HasAccount(Protocol):
    """A separator that works for an account of ours elsewhere."""

    service: str
    """Who does the work, as people know it."""

    def check(self) -> str:
        """One line about the account. Blocking. Raises EngineAway, ServiceUnavailable."""


@runtime_checkable
class HasOneQuality(Protocol):
    """A separator that works in the same way whichever quality is asked for: what it found once will do."""

    qualities_are_one: Literal[True]
