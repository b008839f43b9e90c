"""The file for singing: its boxes, read back by hand and by FFmpeg, and the sound that comes out of it."""

from __future__ import annotations

import struct
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.conversion.recipe import Recipe, for_singing
from core.media.fmp4 import (
    FIRST_PACKETS,
    PACKET_SAMPLES,
    PRIMING_SAMPLES,
    REST_PACKETS,
    Layout,
    head_bytes,
    packets_of,
    read_layout,
    segment_sizes,
)
from core.media.outputs import Output
from core.media.shape import Shape
from core.media.sing_file import SingWriter
from core.ports import SAMPLE_RATE, AudioFormat, Quality, Samples, Stem
from tests.quality.sounds import tone
from tests.unit.test_media_produce import Halves, run

Box = tuple[bytes, bytes]
INSIDE = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"mvex", b"moof", b"traf"}


def four(seconds: float) -> Samples:
    """(n, 4), each channel another sound: tones of falling pitch, swelling at different speeds."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    channels = [
        np.sin(2 * np.pi * frequency * time) * (0.6 + 0.4 * np.sin(2 * np.pi * swell * time))
        for frequency, swell in ((523.0, 1.1), (659.0, 0.7), (311.0, 1.9), (207.0, 0.4))
    ]
    return np.ascontiguousarray(np.stack(channels, axis=1) * 0.2, np.float32)


def written(path: Path, samples: Samples, block: int = 65_536) -> bytes:
    with SingWriter(path, samples=len(samples)) as writer:
        for start in range(0, len(samples), block):
            writer.write(samples[start : start + block])
    return path.read_bytes()


def layout_of(content: bytes, samples: int) -> Layout:
    return read_layout(content[: head_bytes(samples)])


def decoded(path: Path) -> NDArray[np.float32]:
    """(n, 4), the priming among them, the decoder's padding of the last packet not."""
    with av.open(path) as container:
        frames = [frame.to_ndarray().T for frame in container.decode(audio=0)]
    with av.open(path) as container:
        return np.asarray(np.concatenate(frames)[: container.streams.audio[0].duration], np.float32)


def boxes(content: bytes) -> list[Box]:
    found, position = [], 0
    while position < len(content):
        size, kind = struct.unpack_from(">I4s", content, position)
        assert size >= 8, kind
        found.append((kind, content[position + 8 : position + size]))
        position += size
    assert position == len(content)
    return found


def all_boxes(content: bytes) -> dict[bytes, bytes]:
    """By kind, those inside others too."""
    found: dict[bytes, bytes] = {}
    for kind, inside in boxes(content):
        found[kind] = inside
        if kind in INSIDE:
            found |= all_boxes(inside)
    return found


def test_header_index_and_segments_are_the_file(tmp_path: Path) -> None:
    samples = four(20.3)
    content = written(tmp_path / "s.m4a", samples)
    layout = layout_of(content, len(samples))
    kinds = [kind for kind, _ in boxes(content)]
    segments = [FIRST_PACKETS, REST_PACKETS, REST_PACKETS, REST_PACKETS]
    segments.append(packets_of(len(samples)) - sum(segments))
    assert kinds == [b"ftyp", b"moov", b"sidx", *[b"styp", b"moof", b"mdat"] * len(segments)]
    assert len(layout.offsets) == len(segments) + 1
    assert layout.offsets[-1] == len(content)
    assert [kind for kind, _ in boxes(content[: layout.header_bytes])] == [b"ftyp", b"moov", b"sidx"]
    assert layout.samples == len(samples) + PRIMING_SAMPLES

    start = 0
    for number, ((begin, end), packets) in enumerate(
        zip(pairwise(layout.offsets), segments, strict=True), start=1
    ):
        found = all_boxes(content[begin:end])
        assert struct.unpack(">I", found[b"mfhd"][4:]) == (number,)
        assert struct.unpack(">Q", found[b"tfdt"][4:]) == (start,)
        count, sound = struct.unpack_from(">II", found[b"trun"], 4)
        assert count == packets
        moof = content.index(b"moof", begin) - 4
        assert content[moof + sound - 4 : moof + sound] == b"mdat"
        start += packets * PACKET_SAMPLES


@pytest.mark.broad
def test_the_header_tells_of_four_channels(tmp_path: Path) -> None:
    content = written(tmp_path / "s.m4a", four(3))
    header = all_boxes(content[: layout_of(content, 3 * SAMPLE_RATE).header_bytes])
    entry = header[b"stsd"][8:]
    assert entry[4:8] == b"mp4a"
    channels, bits = struct.unpack_from(">HH", entry, 24)
    assert (channels, bits, struct.unpack_from(">I", entry, 32)[0] >> 16) == (4, 16, SAMPLE_RATE)
    assert bytes.fromhex("0505122056e500") in entry  # AAC-LC, 44.1 kHz, channel configuration 4
    assert struct.unpack(">Q", header[b"mehd"][4:]) == (3 * SAMPLE_RATE + PRIMING_SAMPLES,)
    assert b"edts" not in header


@pytest.mark.broad
@pytest.mark.parametrize("samples", [1, 1023, 1024, 1025, FIRST_PACKETS * 1024 - 1024, 88_064, 300_000])
def test_the_length_is_exact(tmp_path: Path, samples: int) -> None:
    content = written(tmp_path / "s.m4a", four(8)[:samples])
    layout = layout_of(content, samples)
    assert (layout.samples, layout.offsets[-1]) == (samples + PRIMING_SAMPLES, len(content))
    with av.open(tmp_path / "s.m4a") as container:
        (stream,) = container.streams.audio
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert sum(packet.duration or 0 for packet in packets) == stream.duration == layout.samples
        assert (stream.codec_context.layout.name, stream.rate) == ("4.0", SAMPLE_RATE)
        assert len(packets) == packets_of(samples) == sum(segment_sizes(packets_of(samples)))


def test_every_channel_comes_back_in_its_place(tmp_path: Path) -> None:
    samples = four(12)
    written(tmp_path / "s.m4a", samples)
    sound = decoded(tmp_path / "s.m4a")[PRIMING_SAMPLES:]
    assert len(sound) == len(samples)
    matrix = np.corrcoef(sound.T, samples.T)[:4, 4:]
    assert np.diag(matrix).min() > 0.999
    assert np.abs(matrix - np.diag(np.diag(matrix))).max() < 0.01
    early = np.vdot(decoded(tmp_path / "s.m4a")[PRIMING_SAMPLES - 1 : -1], samples)
    late = np.vdot(np.vstack([sound[1:], sound[:1]]), samples)
    assert np.vdot(sound, samples) > max(early, late)  # to the sample, not about


@pytest.mark.broad
def test_a_segment_is_heard_from_its_middle_on(tmp_path: Path) -> None:
    written(tmp_path / "s.m4a", four(12))
    whole = decoded(tmp_path / "s.m4a")
    with av.open(tmp_path / "s.m4a") as container:
        container.seek(7 * av.time_base)
        frames = list(container.decode(audio=0))
    assert frames[0].pts is not None
    start = frames[0].pts
    assert 6.9 * SAMPLE_RATE < start < 7.1 * SAMPLE_RATE
    second = frames[1].to_ndarray().T  # the first one lacks the packet before it
    assert np.abs(second - whole[start + 1024 : start + 2048]).max() < 1e-6


@pytest.mark.broad
def test_the_same_sound_is_the_same_bytes(tmp_path: Path) -> None:
    samples = four(11)
    first = written(tmp_path / "a.m4a", samples)
    assert written(tmp_path / "b.m4a", samples, block=777) == first


@pytest.mark.broad
def test_a_longer_song_takes_no_more_memory(tmp_path: Path) -> None:
    block = four(4)

    def peak(blocks: int) -> int:
        tracemalloc.start()
        with SingWriter(tmp_path / "s.m4a", samples=len(block) * blocks) as writer:
            for _ in range(blocks):
                writer.write(block)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(8) < peak(3) + 200_000


@pytest.mark.broad
@pytest.mark.parametrize("announced", [-1, +1, -5000, +500_000])
def test_another_length_than_announced_leaves_no_file(tmp_path: Path, announced: int) -> None:
    samples = four(3)
    with (
        pytest.raises(ValueError, match="samples came"),
        SingWriter(tmp_path / "s.m4a", samples=len(samples) + announced) as writer,
    ):
        writer.write(samples)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.broad
def test_no_layout_without_an_index(tmp_path: Path) -> None:
    content = written(tmp_path / "s.m4a", four(3))
    for head in (
        b"",
        content[:100],
        content[: layout_of(content, 3 * SAMPLE_RATE).header_bytes - 1],
        bytes(900),
    ):
        with pytest.raises(ValueError, match="no index"):
            read_layout(head)


PARTICULARS: list[dict[str, Any]] = [{"key": 1}, {"tempo": 90}, {"guide": 20}, {"format": AudioFormat.MP3}]


@pytest.mark.broad
@pytest.mark.parametrize("particular", PARTICULARS, ids=str)
def test_voice_key_and_tempo_are_chosen_while_singing(tmp_path: Path, particular: dict[str, Any]) -> None:
    recipe = for_singing("halves.1", Quality.FAST)
    assert Recipe.parse(str(recipe)) == recipe
    assert recipe.separates
    with pytest.raises(ValueError, match="while singing"):
        replace(recipe, **particular)
    shape = Shape(particular.get("key", 0), particular.get("tempo", 100) / 100)
    format, guide = particular.get("format", AudioFormat.M4A), particular.get("guide", 0)
    with pytest.raises(ValueError, match="while singing"):
        Output(Stem.SING, format, tmp_path / "s.m4a", guide=guide / 100, shape=shape)


@pytest.mark.broad
def test_both_stems_of_a_song(tmp_path: Path) -> None:
    """What the separator gives, beside each other and as loud as the delivered instrumental would be."""
    path, vocals = tmp_path / "sing.m4a", tmp_path / "v.flac"
    run(tmp_path, [Output(Stem.SING, AudioFormat.M4A, path)], Halves(), keep_vocals=vocals)
    sound = decoded(path)[PRIMING_SAMPLES:]
    half = tone(20, level_db=-20)
    assert len(sound) == len(half)
    gain = np.vdot(sound[:, :2], half) / np.vdot(half, half)
    for stem in (sound[:, :2], sound[:, 2:]):
        assert np.abs(stem - gain * half)[2048:-2048].max() < 0.01
    again = tmp_path / "again.m4a"
    separator = Halves()
    run(tmp_path, [Output(Stem.SING, AudioFormat.M4A, again)], separator, vocals=vocals)
    assert separator.prepared == 0
    assert np.abs(decoded(again) - decoded(path)).max() < 0.01
