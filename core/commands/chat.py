"""`./melody chat`: the terminal chat, with a studio behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.commands.running import running_studio
from core.config import Settings


def chat(settings: Settings, out: Path) -> int:
    """Run the terminal chat until the person leaves. Raises ServiceUnavailable."""
    if sys.stdout.isatty():
        print("Opening the studio …", flush=True)
    with running_studio(settings) as instance:
        env = {
            **os.environ,
            "MELODY_DATA_DIR": str(settings.data_dir.absolute()),
            "MELODY_DATABASE_URL": instance.database_url,
            "MELODY_REDIS_URL": instance.redis_url,
        }
        return subprocess.call([sys.executable, "-m", "bot.console", "--out", str(out)], env=env)
