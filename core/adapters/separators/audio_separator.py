"""Models of studio quality by the library audio-separator: HTDemucs, MDX-Net, Mel-Band and BS-RoFormer.

It is an optional extra, since it brings PyTorch. It runs on a GPU where PyTorch finds one. Weights are taken
from the models' folder, where the library puts what it downloads.
"""

from __future__ import annotations

import logging
import math
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.adapters.separators.windows import separate_windows
from core.errors import ModelUnavailable
from core.ports import SAMPLE_RATE, Control, Quality, SampleReader, Samples, StemWriter

FOLDER = "audio-separator"
"""In the models' folder."""
VOCALS, MUSIC = {"vocals"}, {"instrumental", "no_vocals", "no vocals", "other"}
"""What models call the two, in lower case; `other` counts as music only where it is the only other stem."""
INSTALL = "MELODY_SEPARATOR=audio_separator needs an extra: .venv/bin/pip install '.[studio-models]'"


class AudioSeparator:
    """Implements `core.ports.Separator`. Both qualities are the same: the model is the choice."""

    def __init__(self, models_dir: Path, model: str) -> None:
        """`model` is a file's name as `audio-separator --list_models` shows them."""
        self.engine = f"audio-separator.{re.sub(r'[^A-Za-z0-9_.-]', '-', model)[:60]}.1"
        self._folder = models_dir / FOLDER
        self._model = model
        self._lock = threading.Lock()  # the library keeps the state of the song it works at
        self._library: Any = None

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        """Fetch the weights where they are not here, and load them, once. Raises ModelUnavailable."""
        with self._lock:
            if self._library is None:
                if say is not None and not (self._folder / self._model).exists():
                    say(f"Fetching the model {self._model} …")
                self._library = self._loaded()

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        """Blocking, in bounded memory. Raises Cancelled, ModelUnavailable."""
        self.prepare()
        with tempfile.TemporaryDirectory(prefix="melody-window-") as folder:
            file = Path(folder) / "window.wav"
            separate_windows(mix, write, lambda window: self._vocals(window, file, threads), control)

    # --- the library ----------------------------------------------------------------------------------------

    def _loaded(self) -> Any:
        self._folder.mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("TQDM_DISABLE", "1")  # read at import; our progress is told by `Control`
        try:
            with warnings.catch_warnings():  # the library switches all of them off
                library = _library_class()(
                    log_level=logging.WARNING,
                    model_file_dir=str(self._folder),
                    output_dir=str(self._folder),
                    sample_rate=SAMPLE_RATE,
                    demucs_params={
                        "segment_size": "Default",
                        "shifts": 1,
                        "overlap": 0.25,
                        "segments_enabled": True,
                    },
                )
                library.load_model(self._model)
        except ImportError as error:
            raise ModelUnavailable(f"{INSTALL} ({error.name} is missing)") from None
        except (ValueError, KeyError, RuntimeError, OSError) as error:
            raise ModelUnavailable(f"the model {self._model} can't be had: {error}"[:300]) from error
        # What is found stays as loud as it is: windows are joined.
        library.model_instance.normalization_threshold = math.inf
        return library

    def _vocals(self, window: Samples, file: Path, threads: int) -> Samples:
        import soundfile
        import torch

        found: dict[str, Samples] = {}

        def take(path: str, source: Samples, name: str) -> dict[str, Samples]:
            found[name.lower()] = np.asarray(source, np.float32)
            return {name: source}

        soundfile.write(file, window, SAMPLE_RATE, subtype="FLOAT")
        with self._lock, warnings.catch_warnings():
            torch.set_num_threads(threads)
            self._library.model_instance.final_process = take  # instead of writing files
            self._library.separate(str(file))
        return _vocals_of(window, found, self._model)


def _vocals_of(window: Samples, found: dict[str, Samples], model: str) -> Samples:
    """The vocals (n, 2), told or left over. Raises ModelUnavailable for a model that finds neither."""
    for name in VOCALS & found.keys():
        return _as_long(found[name], window)
    named = MUSIC & found.keys() if len(found) <= 2 else set()
    for name in named:
        return np.asarray(window - _as_long(found[name], window), np.float32)
    raise ModelUnavailable(f"the model {model} does not take voices out; it finds {', '.join(sorted(found))}")


def _as_long(found: Samples, window: Samples) -> Samples:
    missing = len(window) - len(found)
    return np.pad(found, ((0, missing), (0, 0))) if missing > 0 else found[: len(window)]


def _library_class() -> Any:
    """The library's own class, but for two habits of it. Raises ImportError."""
    from audio_separator.separator import Separator

    class Library(Separator):  # type: ignore[misc]
        def check_ffmpeg_installed(self) -> None:
            """It is for writing formats that we never let it write."""

        def download_file_if_not_exists(self, url: str, output_path: str) -> None:
            """A file appears complete or not at all; else half of one would be believed at the next start."""
            if Path(output_path).is_file():
                return
            partial = Path(f"{output_path}.part")
            partial.unlink(missing_ok=True)
            super().download_file_if_not_exists(url, str(partial))
            partial.replace(output_path)

    return Library
