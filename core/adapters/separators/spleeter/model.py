"""The converted model on disk: made once, complete or absent, verified when a process first uses it.

MODELS_DIR/spleeter-2stems.1/
    vocals.onnx          the vocals network
    accompaniment.onnx   the accompaniment network; `best` asks both
    LICENSE              the notice of the published weights
    manifest.json        SHA-256 of each of these
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.adapters.separators.spleeter import weights
from core.adapters.separators.spleeter.bundle import BrokenBundle, read_bundle
from core.errors import ModelUnavailable
from core.ports import Quality

NAME = "spleeter-2stems.1"
NETS = ("vocals", "accompaniment")
NETS_OF = {Quality.FAST: ("vocals",), Quality.BEST: NETS}
MANIFEST = "manifest.json"
LOCK_SECONDS = weights.DOWNLOAD_SECONDS + 60

Say = Callable[[str], None]


def prepare(models_dir: Path, say: Say | None = None) -> Path:
    """The folder of the complete, verified model, made now if it isn't there. Raises ModelUnavailable.

    Processes that need it at the same time wait for the first of them.
    """
    folder = models_dir / NAME
    if is_complete(folder):
        return folder
    with _lock(models_dir):
        if not is_complete(folder):
            if say is not None:
                say("Fetching the separation model (73 MB, once)")
            _install(folder, weights.obtain(models_dir))
    return folder


def is_complete(folder: Path) -> bool:
    """Whether every file is there and is what the manifest says."""
    try:
        manifest: dict[str, str] = json.loads((folder / MANIFEST).read_text())
        return set(manifest) == {*map(_file_name, NETS), "LICENSE"} and all(
            _sha256(folder / name) == digest for name, digest in manifest.items()
        )
    except (OSError, ValueError):
        return False


def net_path(folder: Path, net: str) -> Path:
    return folder / _file_name(net)


def _file_name(net: str) -> str:
    return f"{net}.onnx"


def _install(folder: Path, published: weights.PublishedWeights) -> None:
    """Convert into a folder beside the final one and rename it, so that no half of a model is ever seen."""
    # Only the one who converts needs the graph writer and numpy.
    from core.adapters.separators.spleeter.graph import unet_model

    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{NAME}-") as temporary:
        fresh = Path(temporary) / NAME
        fresh.mkdir()
        try:
            tensors = read_bundle(published.index, published.data)
            for number, net in enumerate(NETS):
                _write(net_path(fresh, net), unet_model(tensors, number))
        except (BrokenBundle, KeyError) as error:
            raise ModelUnavailable(f"the published weights are not readable: {error}") from error
        _write(fresh / "LICENSE", published.licence)
        manifest = {file.name: _sha256(file) for file in sorted(fresh.iterdir())}
        _write(fresh / MANIFEST, json.dumps(manifest, indent=2).encode())
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _lock(models_dir: Path) -> Iterator[None]:
    """Only one process on this machine at a time. Raises ModelUnavailable when the wait gets too long."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        lock = (models_dir / f".{NAME}.lock").open("a")
    except OSError as error:
        raise ModelUnavailable(f"MODELS_DIR cannot be written: {error.strerror}") from error
    with lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ModelUnavailable(
                        "another process has been fetching the model for too long"
                    ) from None
                time.sleep(0.1)
        yield
