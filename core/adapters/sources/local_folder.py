"""Audio from the operator's own folders: `--music DIR` and what `catalog import` brought in."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

from core.errors import Forbidden, NotFound, ServiceUnavailable, TooLarge

MAX_FETCH_BYTES = 500_000_000
BLOCK_BYTES = 1 << 20
COPY_SECONDS = 300.0
"""A folder on a network may be slow, or hang."""
NOT_THERE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)

FolderOf = Callable[[str], Awaitable[Path | None]]
"""The imported folder that a file belongs to; None for files that nobody imported."""


class LocalFolder:
    """Hands out files by their absolute path, and only those that the operator imported."""

    name = "folder"
    max_fetch_bytes = MAX_FETCH_BYTES

    def __init__(self, folder_of: FolderOf) -> None:
        self._folder_of = folder_of

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """Copy the file. Raises NotFound, Forbidden, TooLarge, ServiceUnavailable."""
        root = await self._folder_of(file_ref)
        if root is None:
            raise NotFound("not a file of an imported folder")
        try:
            async with asyncio.timeout(COPY_SECONDS):
                await asyncio.to_thread(_copy, root, file_ref, into, max_bytes)
        except TimeoutError:
            raise ServiceUnavailable("the folder does not answer") from None


def _copy(root: Path, path: str, into: Path, max_bytes: int) -> None:
    with ExitStack() as stack:
        try:
            source = _open(root, path, stack)
            size = os.fstat(source).st_size
        except NOT_THERE:
            raise NotFound("the file is not there any more") from None
        except PermissionError:
            raise Forbidden("the file may not be read") from None
        except OSError as error:
            raise ServiceUnavailable(f"the folder can't be read ({type(error).__name__})") from None
        if size > max_bytes:
            raise _too_large(max_bytes)
        try:
            _copy_bytes(source, into, max_bytes)
        except BaseException:
            into.unlink(missing_ok=True)
            raise


def _open(root: Path, path: str, stack: ExitStack) -> int:
    """Open the file from its folder downwards, through no symbolic link: what lies outside can't be reached,
    even if somebody changes the folder meanwhile. Raises NotFound, OSError."""
    parts = _parts(root, path)
    folder = _closing(stack, os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    try:
        for part in parts[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            folder = _closing(stack, os.open(part, flags, dir_fd=folder))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe would block
        file = _closing(stack, os.open(parts[-1], flags, dir_fd=folder))
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotFound("a symbolic link") from None
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise NotFound("not a regular file")
    return file


def _parts(root: Path, path: str) -> tuple[str, ...]:
    """The way from the folder to the file. Raises NotFound when it leads out of it."""
    if "\x00" in path or not Path(path).is_absolute() or not Path(path).is_relative_to(root):
        raise NotFound("not in the folder")
    parts = Path(path).relative_to(root).parts
    if not parts or ".." in parts:
        raise NotFound("not in the folder")
    return parts


def _closing(stack: ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _copy_bytes(source: int, into: Path, max_bytes: int) -> None:
    """Raises TooLarge when the file has grown meanwhile, ServiceUnavailable when it can't be read."""
    copied = 0
    with into.open("wb") as target:
        while True:
            try:
                block = os.read(source, BLOCK_BYTES)
            except OSError as error:
                raise ServiceUnavailable(f"the folder can't be read ({type(error).__name__})") from None
            if not block:
                return
            copied += len(block)
            if copied > max_bytes:
                raise _too_large(max_bytes)
            target.write(block)


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge("larger than we take", limit_mb=max_bytes // 1_000_000)
