"""The separator that runs on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING

from core.adapters.separators.spleeter import model
from core.errors import ModelUnavailable
from core.machine import use_one_heap
from core.ports import Control, Quality, SampleReader, StemWriter

if TYPE_CHECKING:
    from core.adapters.separators.spleeter.engines import EngineChoice, EngineName, Magnitudes, Net
    from core.adapters.separators.spleeter.stream import PendingShare

MAX_PARALLEL = 2
"""Network runs at once in a job; each takes some 60 MB. Where there are more threads they share a run."""
CANCEL_CHECK_SECONDS = 0.5


class LocalSeparator:
    """Spleeter's two-stem networks on the CPU; implements `core.ports.Separator`.

    A network keeps one thread busy best, so several windows, or both networks of one, run side by side
    instead of one window on several threads. Jobs that run at the same time share these threads.
    """

    engine = model.NAME

    def __init__(self, models_dir: Path, engine: EngineChoice = "auto") -> None:
        use_one_heap()  # before there are threads with heaps of their own
        self._models_dir = models_dir
        self._choice = engine
        self._lock = threading.Lock()
        self._chosen: EngineName | None = None
        self._nets: dict[tuple[str, int], Net] = {}
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        """Fetch and convert the model and choose the engine, once. Raises ModelUnavailable."""
        # Imported here, so that to import this module, or to ask its name, costs nothing.
        from core.adapters.separators.spleeter import engines, stream  # noqa: F401

        with self._lock:
            if self._chosen is not None:
                return
            folder = model.prepare(self._models_dir, say)
            if self._choice == "auto":
                self._chosen = engines.fastest(model.net_path(folder, "vocals"), self._models_dir)
            elif self._choice in engines.available():
                self._chosen = self._choice
            else:
                raise ModelUnavailable(f"the engine {self._choice} is not installed")

    @property
    def chosen_engine(self) -> str:
        """What runs the networks here. Raises ModelUnavailable."""
        self.prepare()
        return str(self._chosen)

    def load(self, quality: Quality, threads: int) -> list[Net]:
        """The networks for such work, loaded once. Raises ModelUnavailable."""
        self.prepare()
        return [self._net(name, threads) for name in model.NETS_OF[quality]]

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        """Blocking, in bounded memory. Raises Cancelled, ModelUnavailable."""
        nets = self.load(quality, threads)
        from core.adapters.separators.spleeter.stream import separate_stream

        parallel = min(threads, MAX_PARALLEL)

        def find_vocals(magnitudes: Magnitudes) -> PendingShare:
            if parallel == 1:
                return _ShareNow(nets, magnitudes, control)
            pool = self._pool(parallel)
            return _ShareInPool([pool.submit(net, magnitudes) for net in nets], control)

        ahead = 0 if parallel == 1 else -(-parallel // len(nets))
        separate_stream(mix, write, find_vocals, ahead=ahead, control=control)

    def _net(self, name: str, threads: int) -> Net:
        from core.adapters.separators.spleeter import engines

        with self._lock:
            key = (name, threads)
            if key not in self._nets:
                assert self._chosen is not None
                parallel = min(threads, MAX_PARALLEL)
                path = model.net_path(self._models_dir / model.NAME, name)
                self._nets[key] = engines.load(
                    self._chosen, path, parallel=parallel, threads=threads // parallel
                )
            return self._nets[key]

    def _pool(self, parallel: int) -> ThreadPoolExecutor:
        with self._lock:
            if parallel not in self._pools:
                self._pools[parallel] = ThreadPoolExecutor(parallel, thread_name_prefix="separator")
            return self._pools[parallel]


class _ShareNow:
    """Found in the calling thread when it is asked for."""

    def __init__(self, nets: list[Net], magnitudes: Magnitudes, control: Control) -> None:
        self._nets = nets
        self._magnitudes = magnitudes
        self._control = control

    def result(self) -> Magnitudes:
        shares = []
        for net in self._nets:
            self._control.raise_if_cancelled()
            shares.append(net(self._magnitudes))
        return _vocals_share(shares)


class _ShareInPool:
    """Being found by other threads."""

    def __init__(self, shares: list[Future[Magnitudes]], control: Control) -> None:
        self._shares = shares
        self._control = control

    def result(self) -> Magnitudes:
        while wait(self._shares, timeout=CANCEL_CHECK_SECONDS).not_done:
            self._control.raise_if_cancelled()
        return _vocals_share([share.result() for share in self._shares])


def _vocals_share(shares: list[Magnitudes]) -> Magnitudes:
    """What the vocals network says, or the mean of that and of its ratio to the accompaniment network.

    The mean trades a little of the first one's silence between words for fewer artefacts, and measures best.
    """
    vocals: Magnitudes = shares[0][0]
    if len(shares) == 1:
        return vocals
    accompaniment = shares[1][0]
    ratio: Magnitudes = (vocals + 5e-6) / (vocals + accompaniment + 1e-5)
    ratio += vocals
    ratio *= 0.5
    return ratio
