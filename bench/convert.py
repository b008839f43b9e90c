"""How fast a song is taken apart: `python -m bench.convert` (or `melody bench convert`).

For each quality and engine, on a whole song of 327 s: the separation alone (samples in memory, nothing
encoded), and the whole of `melody convert` as a process of its own, start-up and all, one after the other in
each round, medians over the rounds. Then the peak memory of every process for 5 and 15 minutes of sound, and
the SDR of the instrumental on excerpts whose stems are known.

Song and excerpts are read from MELODY_TEST_AUDIO_DIR.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from bench import report
from core.adapters.separators.spleeter import engines
from core.adapters.separators.spleeter.local import LocalSeparator
from core.config import Settings
from core.media.safe_decode import decode
from core.ports import Quality, RecordingFacts, Samples, Stem

ROOT = Path(__file__).resolve().parents[1]
BOUND_FACTOR, BOUND_START = 1.35, 1.5
BOUND_MEMORY_MB = 500
SAMPLING_SECONDS = 0.05
BOUND_SDR = {"lithium": 7.3, "caesium": 4.7}


@dataclass(frozen=True)
class Speed:
    """Medians, in seconds of wall time."""

    quality: str
    engine: str
    alone: float
    whole: float
    bound: float

    @property
    def holds(self) -> bool:
        return self.whole <= self.bound


class ArrayReader:
    """A decoded song in memory."""

    def __init__(self, samples: Samples, rms_dbfs: float) -> None:
        self._rest = samples
        self.samples = len(samples)
        self.rms_dbfs = rms_dbfs

    def read(self, count: int) -> Samples:
        block, self._rest = self._rest[:count], self._rest[count:]
        return block


class Unwatched:
    """A control nobody listens to."""

    def progress(self, fraction: float) -> None:
        return

    def raise_if_cancelled(self) -> None:
        return


def load(path: Path, folder: Path) -> tuple[Samples, RecordingFacts]:
    into = folder / "decoded.f32"
    facts = decode(path, into, max_seconds=1200)
    samples = np.fromfile(into, np.float32).reshape(-1, 2)
    into.unlink()
    return samples, facts


def separate(
    separator: LocalSeparator, mix: Samples, rms: float, quality: Quality, cores: int
) -> tuple[float, Samples]:
    """Seconds of the separation alone, and the instrumental."""
    blocks: list[Samples] = []

    def keep(stems: Mapping[Stem, Samples]) -> None:
        blocks.append(stems[Stem.INSTRUMENTAL])

    start = time.perf_counter()
    separator.separate(ArrayReader(mix, rms), keep, quality=quality, threads=cores, control=Unwatched())
    return time.perf_counter() - start, np.concatenate(blocks)


def convert(song: Path, quality: Quality, out: Path, environment: Mapping[str, str]) -> float:
    """Seconds of the whole command."""
    command = [sys.executable, "-m", "core.cli", "convert", str(song), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(
        [*command, "--quality", quality.value],
        cwd=ROOT,
        env=dict(environment),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=600,
    )
    return time.perf_counter() - start


def measure_speed(
    song: Path, models: Path, rounds: int, cores: int, folder: Path, environment: Mapping[str, str]
) -> list[Speed]:
    """The command takes the engine that is fastest here, so the whole is timed with that one."""
    mix, facts = load(song, folder)
    chosen = LocalSeparator(models).chosen_engine
    speeds = []
    for quality in Quality:
        for engine in engines.available():
            separator = LocalSeparator(models, engine)
            separate(separator, mix[: 44_100 * 20], facts.rms_dbfs, quality, cores)  # loads the networks
            alone, whole = [], []
            for _ in range(rounds):
                alone.append(separate(separator, mix, facts.rms_dbfs, quality, cores)[0])
                if engine == chosen:
                    whole.append(convert(song, quality, folder, environment))
            seconds = statistics.median(alone)
            speeds.append(
                Speed(
                    quality=quality.value,
                    engine=engine,
                    alone=round(seconds, 2),
                    whole=round(statistics.median(whole), 2) if whole else float("nan"),
                    bound=round(BOUND_FACTOR * seconds + BOUND_START, 2),
                )
            )
    return speeds


def measure_memory(song: Path, folder: Path, environment: Mapping[str, str]) -> dict[str, int]:
    """Peak resident memory (MB) of the command and of the child that decodes.

    The kernel's own high-water mark of each process, read while they live: `getrusage` won't do, what it
    reports begins with the memory of whoever started the process.
    """
    command = [sys.executable, "-m", "core.cli", "convert", str(song), "--out", str(folder / "memory")]
    peaks = {"convert": 0, "decode child": 0}
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        process = psutil.Process(running.pid)
        while running.poll() is None:
            peaks["convert"] = max(peaks["convert"], high_water_mb(running.pid))
            for child in process.children(recursive=True):
                peaks["decode child"] = max(peaks["decode child"], high_water_mb(child.pid))
            time.sleep(SAMPLING_SECONDS)
    if running.returncode != 0:
        raise RuntimeError(f"convert ended with {running.returncode}")
    return peaks


def high_water_mb(pid: int) -> int:
    """VmHWM of a process; 0 once it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), 0)


def looped(song: Path, seconds: float, folder: Path) -> Path:
    """The song again and again, as a 16-bit FLAC of this length."""
    import av

    samples, _ = load(song, folder)
    wanted = int(seconds * 44_100)
    path = folder / f"{seconds:.0f}.flac"
    with av.open(path, "w") as out:
        stream = out.add_stream("flac", rate=44_100, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        stream.codec_context.open()
        size = stream.codec_context.frame_size
        for start in range(0, wanted, size):
            indexes = np.arange(start, min(start + size, wanted)) % len(samples)
            block = np.clip(samples[indexes] * 32_767, -32_768, 32_767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="stereo")
            frame.sample_rate, frame.pts = 44_100, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def measure_sdr(audio: Path, models: Path, cores: int, folder: Path) -> dict[str, dict[str, float]]:
    """SDR (dB) of the instrumental over the excerpt, as 10 log10 of truth's energy over the error's."""
    separator = LocalSeparator(models)
    figures: dict[str, dict[str, float]] = {}
    for name in BOUND_SDR:
        vocals, truth = (
            load(audio / f"{name}_{stem}.flac", folder)[0] for stem in ("vocals", "instrumental")
        )
        mix = vocals + truth
        rms = float(10 * np.log10(np.mean(np.square(mix, dtype=np.float64))))
        for quality in Quality:
            estimate = separate(separator, mix, rms, quality, cores)[1]
            error = np.square(truth - estimate, dtype=np.float64).sum()
            sdr = 10 * np.log10(np.square(truth, dtype=np.float64).sum() / error)
            figures.setdefault(name, {})[quality.value] = round(float(sdr), 2)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.convert", description="How fast a song is taken apart.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where the figures go")
    options = parser.parse_args()

    audio = Path(os.environ.get("MELODY_TEST_AUDIO_DIR", ROOT.parent / "shared" / "audio"))
    song = audio / "lithium_full.m4a"
    if not song.exists():
        print(f"MELODY_TEST_AUDIO_DIR: {song.name} is not there", file=sys.stderr)
        return 2
    models = Settings.load().models_path
    cores = len(os.sched_getaffinity(0))
    environment = {**os.environ, "MELODY_MODELS_DIR": str(models), "MELODY_MAX_SONG_SECONDS": "1000"}
    LocalSeparator(models).prepare(print)

    with tempfile.TemporaryDirectory(prefix="melody-bench-") as temporary:
        folder = Path(temporary)
        speeds = measure_speed(song, models, options.rounds, cores, folder, environment)
        memory = {
            f"{minutes} min": measure_memory(looped(song, 60 * minutes, folder), folder, environment)
            for minutes in (5, 15)
        }
        sdr = measure_sdr(audio, models, cores, folder)

    passed = show(speeds, memory, sdr)
    figures: dict[str, Any] = {
        "song_seconds": 327,
        "load_average": os.getloadavg(),
        "rounds": options.rounds,
        "speed": [asdict(speed) | {"holds": speed.holds} for speed in speeds if speed.whole == speed.whole],
        "separation_alone": {f"{speed.quality} {speed.engine}": speed.alone for speed in speeds},
        "peak_memory_mb": memory,
        "sdr_db": sdr,
    }
    print(f"\n{report.write('convert', figures, options.json)}")
    return 0 if passed else 1


def show(speeds: list[Speed], memory: dict[str, dict[str, int]], sdr: dict[str, dict[str, float]]) -> bool:
    """Print the tables; whether every bound holds."""
    console = Console()
    held = []

    table = Table("quality", "engine", "separation alone", "whole convert", "bound", "holds", title="Seconds")
    for speed in speeds:
        timed = speed.whole == speed.whole
        if timed:
            held.append(speed.holds)
        cells = [f"{speed.whole:.2f}", f"{speed.bound:.2f}", verdict(speed.holds)] if timed else ["", "", ""]
        table.add_row(speed.quality, speed.engine, f"{speed.alone:.2f}", *cells)
    console.print(table)

    table = Table("input", "process", "peak MB", "bound", "holds", title="Memory")
    for length, peaks in memory.items():
        for process, peak in peaks.items():
            held.append(peak <= BOUND_MEMORY_MB)
            table.add_row(length, process, str(peak), str(BOUND_MEMORY_MB), verdict(held[-1]))
    console.print(table)

    table = Table("excerpt", "quality", "SDR dB", "bound", "holds", title="Instrumental against the truth")
    for name, figures in sdr.items():
        for quality, figure in figures.items():
            held.append(quality != Quality.BEST.value or figure >= BOUND_SDR[name])
            bound = f"{BOUND_SDR[name]:.1f}" if quality == Quality.BEST.value else ""
            table.add_row(name, quality, f"{figure:.2f}", bound, verdict(held[-1]) if bound else "")
    console.print(table)
    return all(held)


def verdict(holds: bool) -> str:
    return "yes" if holds else "[red]NO[/red]"


if __name__ == "__main__":
    sys.exit(main())
