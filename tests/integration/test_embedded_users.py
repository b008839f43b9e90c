"""As whom PostgreSQL and Valkey run: never as root, and wherever a plain user can't look."""

from __future__ import annotations

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from core.embedded import EmbeddedServers, processes
from core.embedded.user import ServerUser, reachable
from tests.integration.embedded import client, owner, said
from tests.material import cannot_run

pytestmark = [
    pytest.mark.broad,
    pytest.mark.skipif(os.geteuid() != 0, reason="root may start servers as somebody else"),
]


def test_root_hands_the_servers_to_a_plain_user(home: Path) -> None:
    with EmbeddedServers(home, durable=False) as servers:
        servers.start_postgres()
        servers.start_valkey()
        owners = {pid: Path(f"/proc/{pid}").stat().st_uid for pid in servers.pids()}
        assert 0 not in owners.values()
        assert set(owners.values()) == {(home / "valkey").stat().st_uid}
    assert home.stat().st_mode & 0o007 == 0


def test_root_works_below_a_closed_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    allowed = subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode == 0
    if not allowed:
        cannot_run("user namespaces are forbidden here")
    data = tmp_path / "data"
    with EmbeddedServers(data, durable=False) as servers:
        urls = servers.start_postgres(), servers.start_valkey()
    with EmbeddedServers(data, durable=False) as servers:
        assert (servers.start_postgres(), servers.start_valkey()) == urls
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_uid == 0


def test_a_normal_user_needs_nobody_else(home: Path) -> None:
    """The interpreter may lie where only root can read: the owner gives root up once it has its imports."""
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    with owner(home, nobody.pw_uid, nobody.pw_gid) as process:
        answer = said(process)
        for pid in answer["pids"]:
            assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid
        with client(answer["urls"][1]) as broker:
            assert broker.ping()
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert {path.stat().st_uid for path in home.rglob("*")} == {nobody.pw_uid}
    assert not any(processes.is_alive(int(pid)) for pid in answer["pids"])


def test_programs_in_a_closed_directory_are_copied_with_their_libraries(home: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    package, libraries = closed / "server", closed / "server.libs"
    for folder in (package / "bin", libraries):
        folder.mkdir(parents=True)
    closed.chmod(0o700)
    (libraries / "answer").write_text("from the library")
    program = package / "bin" / "run"
    program.write_text('#!/bin/sh\ncat "$(dirname "$0")/../../server.libs/answer"\n')
    program.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    user = ServerUser("nobody", nobody.pw_uid, nobody.pw_gid)
    home.chmod(0o711)
    copied = reachable(program, package, user, home / "programs")
    assert copied != program
    assert user.run([copied], timeout=10).stdout == "from the library"
    assert reachable(program, package, user, home / "programs") == copied
    assert reachable(program, package, ServerUser("root"), home / "programs") == program
