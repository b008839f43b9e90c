"""The one way from a recording to finished stem files, for the command line and the workers alike.

Two passes, both in bounded memory. First the safe child decodes to a temporary file and measures, while the
engine is made ready. Then the separator reads that file in the calling thread, and one encoder thread per
output takes its stem from a short queue. An error anywhere ends all of it.

Vocals that were kept from an earlier separation take the separator's place.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from core.errors import DamagedVocals
from core.media.loudness import delivery_gain_db
from core.media.outputs import BLOCK, Output, OutputWriter
from core.media.pcm import PcmFile
from core.media.safe_decode import decode
from core.ports import (
    Control,
    Quality,
    RecordingFacts,
    SampleReader,
    Samples,
    Separator,
    Stem,
    StemWriter,
)
from core.text.titles import rendition_details, rendition_title

if TYPE_CHECKING:
    from core.media.encode import Label
    from core.media.encode_thread import EncoderThread

DECODE_SHARE = 0.1
"""Of the progress shown: decoding takes about this part of the time."""
CHECK_SECONDS = 0.5


@dataclass(frozen=True)
class Produced:
    """What was found and what was done; times in seconds."""

    facts: RecordingFacts
    gain_db: float
    seconds_decode: float
    seconds_separate: float
    """Separation and encoding, side by side."""


@runtime_checkable
class LoadsAhead(Protocol):
    """A separator that can be made ready for a piece of work while the recording is still being decoded."""

    def load(self, quality: Quality, threads: int) -> object:
        """Load what `separate` will need. Raises ModelUnavailable."""


def produce(
    source: Path,
    outputs: Sequence[Output],
    *,
    separator: Separator,
    quality: Quality,
    threads: int,
    max_seconds: float,
    work_dir: Path,
    control: Control,
    fallback_title: str | None = None,
    fallback_artist: str | None = None,
    vocals: Path | None = None,
    keep_vocals: Path | None = None,
) -> Produced:
    """Make every output from the recording `source`: stems of it, or the mix as it is, not both at once.

    The recording's own tags and cover are kept; the fallbacks are for what they do not tell. `vocals` are
    those of this very recording, from an earlier separation whose `keep_vocals` named the file to keep them
    in.

    Blocking; run it in a thread. Each output appears complete or not at all. Temporary files live in
    `work_dir` and are gone afterwards. Raises what `safe_decode.decode` and the separator raise: the
    RecordingRefused errors, ModelUnavailable, Cancelled.
    """
    separates = _wants_stems(outputs) and vocals is None
    work_dir.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=work_dir, prefix="produce-") as folder:
        pcm = Path(folder) / "mix.f32"
        control.raise_if_cancelled()
        control.progress(0.0)
        with _Background(lambda: _prepare(separator, quality, threads) if separates else None) as preparation:
            facts = decode(source, pcm, max_seconds=max_seconds, control=control)
            control.progress(DECODE_SHARE)
            preparation.wait(control)
        decoded = time.monotonic()
        gain_db = delivery_gain_db(facts.loudness_lufs, facts.true_peak_db)

        with ExitStack() as stack:
            mix = stack.enter_context(PcmFile(pcm, samples=facts.samples, rms_dbfs=facts.rms_dbfs))
            writers = [
                stack.enter_context(
                    OutputWriter(
                        output,
                        _label(output, facts, fallback_title, fallback_artist),
                        samples=facts.samples,
                        gain_db=gain_db,
                        folder=Path(folder),
                    )
                )
                for output in outputs
            ]
            keeper = None if keep_vocals is None or not separates else stack.enter_context(_keep(keep_vocals))

            def write(stems: Mapping[Stem, Samples]) -> None:
                for writer in writers:
                    writer.put(stems, control)
                if keeper is not None:
                    keeper.put(stems[Stem.VOCALS], control)

            second_pass = _SecondPass(control)
            if separates:
                separator.separate(mix, write, quality=quality, threads=threads, control=second_pass)
            else:
                _pass_on(mix, vocals, write, second_pass)
            for writer in writers:
                writer.finish(control)
        control.progress(1.0)
    return Produced(facts, gain_db, decoded - started, time.monotonic() - decoded)


def _wants_stems(outputs: Sequence[Output]) -> bool:
    stems = {output.stem for output in outputs}
    if Stem.MIX in stems and len(stems) > 1:
        raise ValueError("either stems or the mix")
    return Stem.MIX not in stems


def _label(output: Output, facts: RecordingFacts, title: str | None, artist: str | None) -> Label:
    # Imported now, as the decoder had to be started first: what it does takes longer than this.
    from core.media.encode import Label

    tags = facts.tags
    details = rendition_details(output.shape.key, output.shape.tempo, output.guide)
    return Label(
        title=rendition_title(tags.title or title, output.stem, details),
        artist=tags.artist or artist,
        album=tags.album,
        year=tags.year,
        genre=tags.genre,
        cover=facts.cover,
    )


def _keep(path: Path) -> EncoderThread:
    from core.media.encode_thread import EncoderThread
    from core.media.vocals_file import VocalsWriter

    return EncoderThread(lambda: VocalsWriter(path), gain_db=0.0)


def _pass_on(mix: SampleReader, vocals: Path | None, write: StemWriter, control: Control) -> None:
    """Hand the mix through: as it is, or taken apart with its vocals. Raises DamagedVocals."""
    done = 0
    for stems in _whole(mix) if vocals is None else _recombined(mix, vocals):
        control.raise_if_cancelled()
        write(stems)
        done += len(next(iter(stems.values())))
        control.progress(done / mix.samples)


def _whole(mix: SampleReader) -> Iterator[Mapping[Stem, Samples]]:
    while len(block := mix.read(BLOCK)):
        yield {Stem.MIX: block}


def _recombined(mix: SampleReader, vocals: Path) -> Iterator[Mapping[Stem, Samples]]:
    from core.media.vocals_file import instrumental_of, read_vocals

    left = mix.samples
    for part in read_vocals(vocals):
        left -= len(part)
        block = mix.read(len(part))
        if len(block) != len(part):
            break
        yield instrumental_of(block, part)
    if left:
        raise DamagedVocals("the kept vocals are not as long as the recording")


def _prepare(separator: Separator, quality: Quality, threads: int) -> None:
    separator.prepare()
    if isinstance(separator, LoadsAhead):
        separator.load(quality, threads)


class _Background:
    """Work in a thread of its own, which nobody waits for when the recording turns out to be useless."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._future = self._pool.submit(work)

    def wait(self, control: Control) -> None:
        """Raises Cancelled, and what the work raises."""
        while wait([self._future], timeout=CHECK_SECONDS).not_done:
            control.raise_if_cancelled()
        self._future.result()

    def __enter__(self) -> _Background:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=self._future.done())


class _SecondPass:
    """The control of the separation: its progress is what remains after the decoding."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def progress(self, fraction: float) -> None:
        self._control.progress(DECODE_SHARE + (1 - DECODE_SHARE) * fraction)

    def raise_if_cancelled(self) -> None:
        self._control.raise_if_cancelled()
