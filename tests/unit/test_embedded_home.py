"""The data directory: claims, the instance file, passwords and ports."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.embedded import home as home_module
from core.embedded.home import Home, Instance, free_port, port_is_free, read_instance
from core.errors import ConfigurationError

CLAIM = """
import sys
from pathlib import Path
from core.embedded.home import Home, Instance
home = Home(Path(sys.argv[1]))
claim = home.claim()
if claim is None:
    print("taken", flush=True)
else:
    import os
    claim.publish(Instance("http://127.0.0.1:1", os.getpid(), "postgresql://x", "redis://x"))
    print("claimed", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "data")
    home.create()
    return home


def test_a_new_directory_is_closed_to_others(home: Home) -> None:
    assert home.root.stat().st_mode & 0o777 == 0o700


def test_a_file_in_its_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="can't be made"):
        Home(tmp_path / "file").create()


def test_facts_are_made_once_and_kept_private(home: Home) -> None:
    assert home.known_facts() is None
    first = home.facts()
    assert Home(home.root).facts() == first
    assert (home.root / "servers.json").stat().st_mode & 0o777 == 0o600
    assert first.postgres_password != first.valkey_password
    assert len(first.postgres_password) >= 32


def test_damaged_facts_are_a_clear_error(home: Home) -> None:
    (home.root / "servers.json").write_text('{"postgres_password": ')
    with pytest.raises(ConfigurationError, match="damaged"):
        home.facts()


def test_a_claim_excludes_others_until_it_is_closed(home: Home) -> None:
    claim = home.claim()
    assert claim is not None
    assert home.claim() is None
    assert home.claimed_by() == os.getpid()
    claim.close()
    assert home.claimed_by() is None
    with closing(home.claim()) as again:  # type: ignore[type-var]
        assert again is not None


def test_an_instance_is_found_while_its_process_lives(home: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CLAIM, home.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "claimed\n"
        assert (home.root / "up.json").stat().st_mode & 0o777 == 0o600
        assert read_instance(home.root) == Instance(
            "http://127.0.0.1:1", other.pid, "postgresql://x", "redis://x"
        )
        assert home.claim() is None
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert (home.root / "up.json").exists()
        assert read_instance(home.root) is None
    with closing(home.claim()) as claim:  # type: ignore[type-var]
        assert claim is not None
        assert not (home.root / "up.json").exists()


def test_no_instance_where_there_is_no_directory(tmp_path: Path) -> None:
    assert read_instance(tmp_path / "nowhere") is None


def test_a_claim_waits_for_what_a_killed_instance_left(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock is still held (by the guard), but the pid in it is dead."""
    monkeypatch.setattr(home_module, "CLAIM_PATIENCE", 0.1)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    claim = home.claim()
    assert claim is not None
    os.pwrite(claim.descriptor, f"{dead.pid}\n".encode().ljust(10), 0)
    assert home.claim() is None  # after having waited
    assert home.claimed_by() is None
    claim.close()


def test_use_ends_with_the_last_user(home: Home) -> None:
    first, second = home.use("postgres"), home.use("postgres")
    assert first.end() is False
    assert second.end() is True


def test_life_lasts_as_long_as_any_heir_of_the_descriptor(home: Home) -> None:
    life = home.life_of("postgres")
    assert life is not None
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, pass_fds=(life,)
    ) as heir:
        os.close(life)
        assert home.life_of("postgres") is None
        heir.kill()
        heir.wait()
    life = home.life_of("postgres")
    assert life is not None
    os.close(life)


def test_ports_lie_below_those_of_outgoing_connections() -> None:
    assert all(1024 <= free_port() < 32_768 for _ in range(20))


def test_a_port_with_a_listener_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not port_is_free(listener.getsockname()[1])
