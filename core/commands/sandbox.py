"""The studio that `melody dev --mocks` runs: stand-ins around it, and nothing of the operator's within.

It starts empty each time, as the stand-ins do: what they once had would be missing from now on. So it has a
data directory of its own inside the other one, and reads neither `.env` nor accounts from the environment:
songs and people of a studio in earnest must not meet a messenger that is played.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from core.config import Settings
from core.embedded import EmbeddedServers
from core.embedded.home import Home
from core.errors import ConfigurationError

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.fakes.serve"
FOLDER = "mocks"
LOCK = "up.lock"
KEPT = {
    "host",
    "port",
    "music_dir",
    "log_format",
    "default_language",
    "max_song_seconds",
    "rate_limit_scale",
    "separator",
    "audio_separator_model",
    "operator_noncommercial",
}
"""What goes for this studio, too, where it is set."""


def sandboxed(settings: Settings) -> Settings:
    """Settings for the studio among the stand-ins; those of the environment are taken out of it.

    Raises ConfigurationError where the stand-ins are not there: an installed studio has no tests.
    """
    if not ROOT.joinpath(*MODULE.split(".")).with_suffix(".py").is_file():
        raise ConfigurationError(
            f"The stand-ins are part of the tests, and there are none in {ROOT}: "
            "`--mocks` takes the whole repository"
        )
    ours = {f"MELODY_{name}".upper() for name in Settings.model_fields}
    for name in [name for name in os.environ if name.upper() in ours]:
        del os.environ[name]
    kept = {name: getattr(settings, name) for name in KEPT & settings.model_fields_set}
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=settings.data_dir / FOLDER,
        models_dir=settings.models_path,
        **kept,
    )


def empty(home: Home) -> None:
    """Forget the last time. Call it under the claim on the directory, before anything runs there.

    Raises ConfigurationError while another command uses the servers there.
    """
    with EmbeddedServers(home.root) as left:  # there are some where the last supervisor was killed
        postgres, valkey = left.running_urls()
        if postgres is not None:
            left.start_postgres()
        if valkey is not None:
            left.start_valkey()
    if any(EmbeddedServers(home.root).running_urls()):
        raise ConfigurationError(
            f"Another command still uses the servers in {home.root}; please end it first"
        )
    for entry in home.root.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != LOCK:
            entry.unlink()
    home.create()


def read_settings(line: str) -> dict[str, str] | None:
    """The settings that lead to the stand-ins, where this line of theirs tells them."""
    if not line.startswith("{"):
        return None
    told: dict[str, str] = json.loads(line)
    return told
