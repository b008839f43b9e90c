"""The child process that looks at recordings without decoding them; run by `probe` and by nothing else.

    python -I probe_child.py

It takes away its own means first, as `decode_child` does. Then each line of standard input is a JSON object
with `source` and `demuxers`, and each is answered by one line: `error`, or what the file says about itself.
Of the sound only the first frame is decoded, to tell a song from a file that merely has the head of one.
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Started with -I, so the package is found only when we say where it is.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.media.decode_child import (
    MAX_BAD_PACKETS,
    MAX_COVER_BYTES,
    Refused,
    first_audio_stream,
    limit_means,
    open_container,
    small_cover,
    tags,
)

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

CPU_SECONDS = 60
LONGEST_SECONDS = 24 * 3600.0
"""A header that claims more is not believed."""
MICROSECONDS = 1_000_000


def main() -> None:
    limit_means(0.0, CPU_SECONDS)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = probe(request["source"], request["demuxers"], with_cover=request["cover"])
        except Refused as refused:
            answer = {"error": str(refused)}
        except MemoryError:
            answer = {"error": "memory"}
        except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes, the parent gets an answer
            answer = {"error": "damaged", "reason": type(error).__name__}
        print(json.dumps(answer), flush=True)  # noqa: T201 - standard output is the way to the parent
    os._exit(0)  # nothing of a broken decoder's state is worth an orderly end


def probe(source: str, demuxers: str, *, with_cover: bool) -> dict[str, Any]:
    """What the file says about itself. Raises Refused, and whatever FFmpeg comes up with."""
    with open_container(source, demuxers) as container:
        stream = first_audio_stream(container)
        found = {
            "codec": stream.codec_context.name,
            "seconds": declared_seconds(container, stream),
            "tags": tags(container, stream),
            "language": language(container, stream),
        }
        cover = expect_sound(container, stream)
        return found | {"cover": small_cover(cover) if with_cover else None}


def expect_sound(container: InputContainer, stream: AudioStream) -> bytes | None:
    """The cover picture, which comes before the sound. Raises Refused when not a single frame of sound can be
    decoded."""
    import av

    cover = None
    for number, packet in enumerate(container.demux()):
        if packet.stream is not stream:
            if cover is None and packet.size <= MAX_COVER_BYTES:
                cover = bytes(packet) or None
            continue
        try:
            if packet.decode():
                return cover
        except av.error.InvalidDataError:
            pass
        if number > MAX_BAD_PACKETS:
            break
    raise Refused("damaged")


def declared_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """The length as the header claims it, or as FFmpeg guesses it from the bit rate."""
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif container.duration is not None:
        seconds = container.duration / MICROSECONDS
    else:
        return None
    return seconds if math.isfinite(seconds) and 0 < seconds <= LONGEST_SECONDS else None


def language(container: InputContainer, stream: AudioStream) -> str | None:
    """The language tag of the recording. That of an MP4 or Matroska stream is a default of the encoder's."""
    found = container.metadata.get("language")
    if found is None and container.format.name == "ogg":
        found = stream.metadata.get("language")
    return found[:20] if found else None


if __name__ == "__main__":
    main()
