"""The files made of a recording: each takes its share of the stems as they come and is encoded beside them.

What stays in key and tempo is encoded as it comes. What is to be reshaped has to be whole first: it waits in
a raw temporary file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

import numpy as np

from core.media.pcm import PcmFile
from core.media.reshaping import reshape_file
from core.media.shape import PLAIN, Shape
from core.ports import SAMPLE_RATE, AudioFormat, Control, Samples, Stem

if TYPE_CHECKING:
    from core.media.encode import Label
    from core.media.encode_thread import Writes

BLOCK = 4 * SAMPLE_RATE
"""Samples that are handed to an encoder at once."""


@dataclass(frozen=True)
class Output:
    """A file to make. Raises ValueError for one to sing to that is not as it was sung, or no M4A."""

    stem: Stem
    format: AudioFormat
    path: Path
    guide: float = 0.0
    """How much of the voice stays in the instrumental, to sing along with: linear gain, 0 to 1."""
    shape: Shape = PLAIN

    def __post_init__(self) -> None:
        as_sung = self.shape.is_plain and not self.guide and self.format is AudioFormat.M4A
        if self.stem is Stem.SING and not as_sung:
            raise ValueError("voice, key and tempo are chosen while singing")


class Sink(Protocol):
    """Takes one output's sound in order."""

    def put(self, block: Samples, control: Control) -> None:
        """Take a block (n, 2), for singing (n, 4). Raises Cancelled, and what broke the encoder."""

    def finish(self, control: Control) -> None:
        """All has come: what waits is made now."""


def share_of(output: Output, stems: Mapping[Stem, Samples]) -> Samples:
    """What goes into the output of a block of stems: (n, 2); for singing (n, 4), the music first."""
    if output.stem is Stem.SING:
        return np.hstack([stems[Stem.INSTRUMENTAL], stems[Stem.VOCALS]])
    own = stems[output.stem]
    if output.stem is Stem.INSTRUMENTAL and output.guide:
        return own + np.float32(output.guide) * stems[Stem.VOCALS]
    return own


class OutputWriter:
    """One output on its way; a context manager: leaving it by an error removes what there is."""

    def __init__(self, output: Output, label: Label, *, samples: int, gain_db: float, folder: Path) -> None:
        """`samples` is the length of the mix, `folder` a place for temporary files."""
        self._output = output
        self._label = label
        self._samples = samples
        self._gain_db = gain_db
        self._folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> OutputWriter:
        make: Callable[[], Sink] = self._direct if self._output.shape.is_plain else self._reshaped
        self._sink = make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def put(self, stems: Mapping[Stem, Samples], control: Control) -> None:
        self._sink.put(share_of(self._output, stems), control)

    def finish(self, control: Control) -> None:
        self._sink.finish(control)

    def _direct(self) -> Sink:
        return _Direct(self._stack, self._output, self._label, self._samples, self._gain_db)

    def _reshaped(self) -> Sink:
        return _Reshaped(self._stack, self._output, self._label, self._samples, self._gain_db, self._folder)


class _Direct:
    def __init__(self, stack: ExitStack, output: Output, label: Label, samples: int, gain_db: float) -> None:
        from core.media.encode_thread import EncoderThread

        opened = partial(_open, output, label, samples)
        self._encoder = stack.enter_context(EncoderThread(opened, gain_db=gain_db))

    def put(self, block: Samples, control: Control) -> None:
        self._encoder.put(block, control)

    def finish(self, control: Control) -> None:
        return None  # it has come as it goes


def _open(output: Output, label: Label, samples: int) -> AbstractContextManager[Writes]:
    """The encoder of an output; what is for singing has no label, as only our player shows it."""
    if output.stem is Stem.SING:
        from core.media.sing_file import SingWriter

        return SingWriter(output.path, samples=samples)
    from core.media.encode import Encoder

    return Encoder(output.path, output.format, label, seconds=samples / SAMPLE_RATE)


class _Reshaped:
    def __init__(
        self,
        stack: ExitStack,
        output: Output,
        label: Label,
        samples: int,
        gain_db: float,
        folder: Path,
    ) -> None:
        self._stack = stack
        self._output = output
        self._label = label
        self._samples = samples
        self._gain_db = gain_db
        self._path = folder / f"{output.path.name}.f32"
        self._raw = stack.enter_context(self._path.open("wb"))

    def put(self, block: Samples, control: Control) -> None:
        self._raw.write(np.ascontiguousarray(block).data)

    def finish(self, control: Control) -> None:
        """All of it is there: reshape the whole, and encode that."""
        self._raw.close()
        shape = self._output.shape
        shaped = self._path.with_suffix(".shaped")
        reshape_file(self._path, shaped, shape, seconds=self._samples / SAMPLE_RATE, control=control)
        samples = round(self._samples / shape.tempo)
        direct = _Direct(self._stack, self._output, self._label, samples, self._gain_db)
        with PcmFile(shaped, samples=samples, rms_dbfs=0.0) as reader:
            while len(block := reader.read(BLOCK)):
                direct.put(block, control)
