"""The studio that `melody dev --mocks` runs: stand-ins around it, and nothing of the operator's within.

It starts empty each time, as the stand-ins do: what they once had would be missing from now on. So it takes a
data directory that is new or marked as a sandbox, else the folder `mocks` in it, and reads neither `.env` nor
accounts from the environment: people and songs of a studio in earnest must not meet played messengers.
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
MARK = "is-a-sandbox"
SPARED = {"up.lock", "logs", "models", MARK}
"""What stays in a sandbox, and may be in a folder that is taken for one."""
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
    is_chosen = "data_dir" in settings.model_fields_set
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=_sandbox(settings.data_dir) if is_chosen else settings.data_dir / FOLDER,
        models_dir=settings.models_path,
        **kept,
    )


def empty(home: Home) -> None:
    """Forget the last time. Call it under the claim on the directory, before anything runs there.

    Raises ConfigurationError where it is no sandbox, and while another command uses the servers there.
    """
    if not _is_free(home.root):
        raise ConfigurationError(f"{home.root} holds other things; choose another place with --data-dir")
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
    (home.root / MARK).touch()
    for entry in home.root.iterdir():
        if entry.name in SPARED:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def use_in_earnest(home: Home) -> None:
    """What is in this directory from now on is nothing to play with."""
    (home.root / MARK).unlink(missing_ok=True)


def _sandbox(data_dir: Path) -> Path:
    return data_dir if _is_free(data_dir) else data_dir / FOLDER


def _is_free(folder: Path) -> bool:
    """Nothing in it would be missed."""
    if not folder.is_dir() or (folder / MARK).exists():
        return True
    return {entry.name for entry in folder.iterdir()} <= SPARED


def read_settings(line: str) -> dict[str, str] | None:
    """The settings that lead to the stand-ins, where this line of theirs tells them."""
    if not line.startswith("{"):
        return None
    told: dict[str, str] = json.loads(line)
    return told
