"""Runs a network on the CPU, by onnxruntime or, where it is installed and faster, by openvino.

Which is faster depends on the processor: bfloat16 halves openvino's time on one and slows it down on the
next. So each candidate is timed once per machine and the winner is remembered beside the models.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import json
import logging
import os
import platform
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.adapters.separators.spleeter.graph import INPUT_NAME

logger = logging.getLogger(__name__)

EngineName = Literal["onnxruntime", "openvino", "openvino-bf16"]
EngineChoice = Literal["auto", "onnxruntime", "openvino", "openvino-bf16"]

MEMORY_FILE = "engines.json"
TRIAL_SHAPE = (1, 2, 512, 1024)
TRIALS = 2
TRIAL_TIMEOUT = 120.0
MIN_STREAMS = 2
"""openvino runs as many calls at once as it has streams, and two jobs may share a network."""
WORTHWHILE = 0.75
"""openvino starts later and takes 120 MB more, so it has to need less than this share of the time."""

Magnitudes = NDArray[np.float32]


class Net(Protocol):
    """A loaded network; may be called by several threads at once."""

    def __call__(self, magnitudes: Magnitudes) -> Magnitudes:
        """Shares 0..1 for magnitudes (1, 2, frames, bins), in the same shape."""


def load(engine: EngineName, path: Path, *, parallel: int, threads: int) -> Net:
    """Load a network for up to `parallel` callers at once, each call using `threads` threads."""
    if engine == "onnxruntime":
        return _OnnxRuntimeNet(path, threads)
    return _OpenVinoNet(path, parallel, threads, "bf16" if engine == "openvino-bf16" else "f32")


class _OnnxRuntimeNet:
    def __init__(self, path: Path, threads: int) -> None:
        import onnxruntime

        _share_memory()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_mem_pattern = False
        options.add_session_config_entry("session.use_env_allocators", "1")
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, magnitudes: Magnitudes) -> Magnitudes:
        (share,) = self._session.run(None, {INPUT_NAME: magnitudes})
        return np.asarray(share, np.float32)


@functools.cache
def _share_memory() -> None:
    """Let all sessions of this process take their buffers from one arena that grows by what is needed.

    Each session's own arena, doubling as it grows, takes 200 MB more for two networks on two threads.
    """
    import onnxruntime

    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    no_limit, grow_as_requested, default = 0, 1, -1
    arena = onnxruntime.OrtArenaCfg(no_limit, grow_as_requested, default, default)
    onnxruntime.create_and_register_allocator(memory, arena)


class _OpenVinoNet:
    def __init__(self, path: Path, parallel: int, threads: int, precision: str) -> None:
        import openvino

        parallel = max(parallel, MIN_STREAMS)
        core = openvino.Core()
        model = core.read_model(path)
        model.reshape(list(TRIAL_SHAPE))
        compiled = core.compile_model(
            model,
            "CPU",
            {
                "NUM_STREAMS": parallel,
                "INFERENCE_NUM_THREADS": parallel * threads,
                "INFERENCE_PRECISION_HINT": precision,
            },
        )
        _link_to_numpy(openvino)
        self._idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for _ in range(parallel):
            self._idle.put(compiled.create_infer_request())

    def __call__(self, magnitudes: Magnitudes) -> Magnitudes:
        request = self._idle.get()
        try:
            request.infer({0: magnitudes}, share_inputs=True)
            return np.array(request.get_output_tensor().data, np.float32)
        finally:
            self._idle.put(request)


@functools.cache
def _link_to_numpy(openvino: Any) -> None:
    """Let openvino hand out its first array while nobody else asks for one.

    What it sets up then is not safe for two threads at once: without this, 3 of 8 processes whose first two
    calls came together stood still for good (openvino 2026.4), with it none of 16.
    """
    np.array(openvino.Tensor(np.zeros(1, np.float32), shared_memory=True).data)


def available() -> list[EngineName]:
    """The engines installed here, the one to prefer among equals first."""
    found: list[EngineName] = ["onnxruntime"]
    if importlib.util.find_spec("openvino") is not None:
        found += ["openvino", "openvino-bf16"]
    return found


def fastest(net: Path, models_dir: Path) -> EngineName:
    """The fastest engine on this machine: remembered, else timed now (about 3 s) and remembered."""
    candidates = available()
    if len(candidates) == 1:
        return candidates[0]
    key = _machine()
    known = _recall(models_dir)
    if known.get(key) not in candidates:
        known[key] = _measured_apart(net)
        _remember(models_dir, known)
    return next(name for name in candidates if name == known[key])


def _measured_apart(net: Path) -> EngineName:
    """Measure in a process of its own: all engines loaded at once take more memory than any song."""
    command = [sys.executable, "-m", __name__, str(net)]
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=TRIAL_TIMEOUT, check=True)
        return next(name for name in available() if name == said.stdout.strip())
    except (OSError, subprocess.SubprocessError, StopIteration) as error:
        logger.warning("the engines could not be compared: %s", type(error).__name__)
        return available()[0]


def _measure(net: Path, candidates: Sequence[EngineName]) -> EngineName:
    """Time windows side by side, as a song's are; in turns, so that a busy machine slows all alike."""
    seconds = dict.fromkeys(candidates, float("inf"))
    for _ in range(TRIALS):
        for name in candidates:
            seconds[name] = min(seconds[name], _trial(name, net))
    first, best = candidates[0], min(candidates, key=seconds.__getitem__)
    return best if seconds[best] < WORTHWHILE * seconds[first] else first


def _trial(engine: EngineName, net: Path) -> float:
    """Seconds for four windows; the engine is loaded for this alone, so that memory holds one at a time."""
    side_by_side = min(os.cpu_count() or 1, 2)
    window = np.abs(np.random.default_rng(0).standard_normal(TRIAL_SHAPE)).astype(np.float32)
    run = load(engine, net, parallel=side_by_side, threads=1)
    with ThreadPoolExecutor(side_by_side) as pool:
        list(pool.map(run, [window] * side_by_side))  # the first runs also set up buffers
        start = time.perf_counter()
        list(pool.map(run, [window] * 4))
        return time.perf_counter() - start


def _machine() -> str:
    """What the timing depends on: the processor and the engines' versions."""
    versions = (f"{name} {importlib.metadata.version(name)}" for name in ("onnxruntime", "openvino"))
    return ", ".join([_processor(), f"{os.cpu_count()} cores", *versions])


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _recall(models_dir: Path) -> dict[str, str]:
    try:
        known = json.loads((models_dir / MEMORY_FILE).read_text())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(models_dir: Path, known: dict[str, str]) -> None:
    with tempfile.NamedTemporaryFile(
        "w", dir=models_dir, prefix=f".{MEMORY_FILE}-", suffix=".part", delete=False
    ) as file:
        json.dump(known, file, indent=2)
    Path(file.name).replace(models_dir / MEMORY_FILE)


if __name__ == "__main__":
    print(_measure(Path(sys.argv[1]), available()))  # noqa: T201 (the answer to `_measured_apart`)
