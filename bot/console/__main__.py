"""`python -m bot.console`: the conversation in this terminal."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from bot.console.screen import TerminalScreen
from bot.console.talk import talk
from core import log
from core.bootstrap import build
from core.chat.texts import texts_in
from core.config import Settings
from core.db.session import DATABASE_ERRORS
from core.errors import MelodyError


async def run(settings: Settings, out: Path) -> None:
    screen = TerminalScreen(out, texts_in(settings.default_language))
    services = build(settings, screen=screen)
    try:
        await talk(services, screen)
    finally:
        await services.close()


def main() -> int:
    arguments = argparse.ArgumentParser(prog="melody chat")
    arguments.add_argument("--out", type=Path, default=Path("songs"))
    out = arguments.parse_args().out
    code = 0
    try:
        settings = Settings.load()
        log.configure(settings, "chat")
        asyncio.run(run(settings, out))
    except* MelodyError as errors:
        print(f"melody: {errors.exceptions[0]}", file=sys.stderr)  # noqa: T201
        code = 2
    except* DATABASE_ERRORS:
        print("melody: the studio is gone; start the chat again", file=sys.stderr)  # noqa: T201
        code = 1
    except* KeyboardInterrupt:
        code = 0
    return code


if __name__ == "__main__":
    sys.exit(main())
