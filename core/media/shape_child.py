"""The child process that moves a song to another key or tempo; run by `reshaping` and by nothing else.

python -I shape_child.py SOURCE INTO KEY TEMPO        raw float32 stereo files, semitones, 0.7 to 1.3
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np

# Started with -I, so the package is found only when we say where it is.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.media.shape import Shape, reshape
from core.ports import SAMPLE_RATE

LEAST_CPU_SECONDS = 60


def main() -> None:
    source, into, key, tempo = sys.argv[1:]
    samples = np.fromfile(source, "<f4").reshape(-1, 2)
    # Whoever started this may be gone: it ends by itself. A song takes a fiftieth of its length.
    cpu_seconds = LEAST_CPU_SECONDS + len(samples) // SAMPLE_RATE
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    reshape(samples, Shape(int(key), float(tempo))).tofile(into)


if __name__ == "__main__":
    main()
