"""The data directory of one installation: what lies where, who may enter, who uses it.

up.lock         held by the running `melody up`; its pid stands inside
up.json         0600: where that `melody up` can be reached
servers.lock    held while a server is started, adopted or stopped
*.users         shared by everyone who uses a server: the last one out stops it
servers.json    0600: generated passwords and remembered ports
pg18/           PostgreSQL's data, named by its major version
valkey/         Valkey's configuration and append-only file
programs/       copies of the servers' programs, where their user can't reach the originals
logs/           one bounded log a process
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from core.embedded import processes
from core.errors import ConfigurationError, ServiceUnavailable

LOCK_PATIENCE = 90.0
"""Seconds to wait for another process that is starting the same servers."""
CLAIM_PATIENCE = 10.0
"""Seconds to wait for the rest of a killed `melody up` to end."""

# Below the ports that systems give to outgoing connections (from 32768 up): a remembered port in that range
# could be somebody's outgoing one by the next start, and clients that retry could connect to themselves.
_PORTS = range(20_000, 32_000)


@dataclass(frozen=True)
class Instance:
    """A running `melody up`."""

    url: str
    pid: int
    database_url: str
    redis_url: str


@dataclass
class ServerFacts:
    """What must stay the same from start to start."""

    postgres_password: str
    valkey_password: str
    postgres_port: int
    valkey_port: int


class Home:
    """One data directory; making the object changes nothing on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.logs = self.root / "logs"
        self.programs = self.root / "programs"

    def create(self) -> None:
        """Make the directory, closed to others. Raises ConfigurationError when it can't be ours."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"the data directory {self.root} can't be made: {error.strerror}"
            ) from None
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            raise ConfigurationError(f"the data directory {self.root} is not writable for this user")

    @contextmanager
    def lock(self, interrupted: Callable[[], bool], patience: float = LOCK_PATIENCE) -> Iterator[None]:
        """Only one process at a time starts or stops servers.

        Raises ServiceUnavailable when it is not had within `patience` seconds.
        """
        descriptor = os.open(self.root / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            deadline = time.monotonic() + patience
            while not _try_lock(descriptor, fcntl.LOCK_EX):
                if time.monotonic() > deadline or interrupted():
                    raise ServiceUnavailable(
                        f"another process has been starting the servers in {self.root} for too long"
                    )
                time.sleep(0.02)
            yield
        finally:
            os.close(descriptor)

    def facts(self) -> ServerFacts:
        """Passwords and ports, generated at the first call. Call it under `lock`."""
        with suppress(FileNotFoundError):
            return self._read_facts()
        facts = ServerFacts(
            postgres_password=secrets.token_urlsafe(24),
            valkey_password=secrets.token_urlsafe(24),
            postgres_port=free_port(),
            valkey_port=free_port(),
        )
        self.save(facts)
        return facts

    def known_facts(self) -> ServerFacts | None:
        """Passwords and ports if there are any yet."""
        with suppress(FileNotFoundError):
            return self._read_facts()
        return None

    def save(self, facts: ServerFacts) -> None:
        write_private(self.root / "servers.json", json.dumps(asdict(facts)) + "\n")

    def _read_facts(self) -> ServerFacts:
        path = self.root / "servers.json"
        try:
            return ServerFacts(**json.loads(path.read_text(encoding="utf-8")))
        except PermissionError:
            raise ConfigurationError(f"the data directory {self.root} belongs to another user") from None
        except (ValueError, TypeError):
            raise ConfigurationError(f"{path} is damaged; put it back from a backup") from None

    # --- the running `melody up` ---------------------------------------------------------------------

    def claim(self) -> InstanceClaim | None:
        """Become the one `melody up` of this directory, or None when there is one already.

        Where that one was killed, waits for its guard to end what it left behind.
        """
        descriptor = os.open(self.root / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + CLAIM_PATIENCE
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if _is_alive_in(descriptor) or time.monotonic() > deadline:
                os.close(descriptor)
                return None
            time.sleep(0.02)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return InstanceClaim(self, descriptor)

    def claimed_by(self) -> int | None:
        """The pid of the `melody up` that holds this directory now."""
        try:
            descriptor = os.open(self.root / "up.lock", os.O_RDONLY)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return None
        try:
            return None if _try_lock(descriptor, fcntl.LOCK_SH) else _is_alive_in(descriptor)
        finally:
            os.close(descriptor)

    # --- who uses and who is a server ------------------------------------------------------------------

    def life_of(self, server: str) -> int | None:
        """A locked descriptor for a new server to inherit, or None while the former one lives.

        The lock ends with the last process that has the descriptor, so it tells life from death where a pid
        can't: pids are reused, and zombies keep theirs.
        """
        descriptor = os.open(self.root / f"{server}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _try_lock(descriptor, fcntl.LOCK_EX):
            return descriptor
        os.close(descriptor)
        return None

    def use(self, server: str) -> SharedUse:
        """Say that this process uses a server; the kernel withdraws it when the process ends."""
        return SharedUse(self.root / f"{server}.users")


class InstanceClaim:
    """The held claim of a `melody up`; the kernel gives it up with the process, however that ends."""

    def __init__(self, home: Home, descriptor: int) -> None:
        self._file = home.root / "up.json"
        self.descriptor = descriptor
        self._file.unlink(missing_ok=True)  # what a killed predecessor left behind

    def publish(self, instance: Instance) -> None:
        """Let the other commands find this instance."""
        write_private(self._file, json.dumps(asdict(instance)) + "\n")

    def close(self) -> None:
        """Give the directory free."""
        self._file.unlink(missing_ok=True)
        os.ftruncate(self.descriptor, 0)
        os.close(self.descriptor)


class SharedUse:
    """One process' use of a server: a shared lock on a file that carries nothing."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        # An exclusive lock is only ever held for the moment in which its holder, who also holds
        # `Home.lock`, finds itself alone; so under `Home.lock` this can't fail.
        if not _try_lock(self._descriptor, fcntl.LOCK_SH):
            os.close(self._descriptor)
            raise ServiceUnavailable("a server is just being stopped by another process")

    def end(self) -> bool:
        """Stop using the server; True when nobody else uses it. Call it under `Home.lock`."""
        alone = _try_lock(self._descriptor, fcntl.LOCK_EX)
        os.close(self._descriptor)
        return alone


def read_instance(data_dir: Path) -> Instance | None:
    """The `melody up` that runs on this directory and is ready, verified by its lock; else None."""
    home = Home(data_dir)
    pid = home.claimed_by()
    if pid is None:
        return None
    try:
        instance = Instance(**json.loads((home.root / "up.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, PermissionError, ValueError, TypeError):
        return None
    return instance if instance.pid == pid else None


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now and no outgoing connection will be given."""
    for _ in range(200):
        port = secrets.choice(_PORTS)
        if port_is_free(port):
            return port
    raise ServiceUnavailable("no free TCP port found on 127.0.0.1")


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Without this a port stays "taken" for a minute after its server's connections were cut.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only, and see it to the disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _is_alive_in(descriptor: int) -> int | None:
    """The pid that stands in the file, if that process lives."""
    try:
        pid = int(os.pread(descriptor, 20, 0))
    except ValueError:  # empty: just being claimed
        return None
    return pid if processes.is_alive(pid) else None


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
