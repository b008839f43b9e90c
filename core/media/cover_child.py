"""The child process that opens a picture nobody vouches for; run by `covers` and by nothing else.

    python -I cover_child.py JOB        JOB: JSON with source, and into: side in pixels to the path of a file

It takes away its own means first, as `decode_child` does, then writes the picture as square WebP files, each
at most as large as its side says and never larger than the picture is. Prints one line of JSON: `ok`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

# Started with -I, so the package is found only when we say where it is.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.media.decode_child import MAX_COVER_PIXELS, limit_means

CPU_SECONDS = 10
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
QUALITY = 82


def main() -> None:
    job = json.loads(sys.argv[1])
    limit_means(0.0, CPU_SECONDS)
    try:
        write_covers(Path(job["source"]), {int(side): Path(path) for side, path in job["into"].items()})
        ok = True
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes, the parent gets an answer
        ok = False
    print(json.dumps({"ok": ok}), flush=True)  # noqa: T201 - standard output is the way to the parent
    os._exit(0)  # nothing of a broken decoder's state is worth an orderly end


def write_covers(source: Path, into: dict[int, Path]) -> None:
    """Raises whatever Pillow comes up with, ValueError for a picture that is too large."""
    from PIL import Image, ImageOps

    largest = max(into)
    with Image.open(source, formats=FORMATS) as image:
        if image.width * image.height > MAX_COVER_PIXELS:
            raise ValueError("too many pixels")
        image.draft("RGB", (largest, largest))
        whole = ImageOps.exif_transpose(image).convert("RGB")
    for side, path in sorted(into.items(), reverse=True):
        edge = min(side, *whole.size)
        ImageOps.fit(whole, (edge, edge), Image.Resampling.LANCZOS).save(path, "WEBP", quality=QUALITY)


if __name__ == "__main__":
    main()
