"""The melody command from outside: exit codes, one clear line, the doctor."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_p256
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.conftest import Servers
from tests.fakes.lalal import LalalStandIn
from tests.fakes.msg91 import Msg91StandIn
from tests.material import ROOT


def melody(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_help_names_every_command() -> None:
    shown = melody("--help")
    assert shown.returncode == 0
    for command in ("up", "chat", "convert", "doctor", "bench", "test", "db", "catalog", "whatsapp"):
        assert f" {command} " in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["sing"],
        ["convert", "--stems", "sing", "a.mp3"],
        ["convert", "--engine", "magic", "a.mp3"],
        ["bench", "nothing"],
        ["test", "slowly"],
    ],
)
def test_wrong_usage_is_exit_2_and_no_traceback(arguments: list[str]) -> None:
    result = melody(*arguments)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.strip()


def test_bad_configuration_is_exit_2_and_one_line() -> None:
    result = melody("doctor", MELODY_PORT="eighty")
    assert result.returncode == 2
    assert result.stderr.strip().splitlines() == [
        "melody: MELODY_PORT: Input should be a valid integer, unable to parse string as an integer"
    ]


def test_a_data_directory_that_cant_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for command in (["chat"], ["admin", "stats"]):
        result = melody(*command, "--data-dir", str(tmp_path / "file"))
        assert result.returncode == 2
        assert result.stderr.strip().splitlines()[-1].endswith("can't be made: File exists")
        assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_doctor_finds_everything_in_order(servers: Servers, database_url: str, tmp_path: Path) -> None:
    result = melody(
        "doctor",
        "--data-dir",
        str(tmp_path),
        MELODY_DATABASE_URL=database_url,
        MELODY_REDIS_URL=servers.redis_url,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert [line for line in lines if not line.startswith("ok  ")] == [
        "off     push messages: set MELODY_VAPID_SUBJECT to tell browsers that a song is ready"
    ]
    assert {"configuration:", "storage:", "database:", "broker:", "access"} <= {
        line.split()[1] for line in lines
    }


@pytest.mark.slow
def test_doctor_names_what_is_broken(servers: Servers, database_url: str, tmp_path: Path) -> None:
    result = melody(
        "doctor",
        "--data-dir",
        str(tmp_path),
        MELODY_DATABASE_URL="postgresql://nobody:wrong@127.0.0.1:9/none",
        MELODY_REDIS_URL="redis://127.0.0.1:9/0",
        MELODY_TELEGRAM_TOKEN="123456:AAAA",
        MELODY_TELEGRAM_API_URL="http://127.0.0.1:9",
        MELODY_JWT_PRIVATE_KEY_FILE=str(tmp_path / "none.pem"),
        MELODY_VAPID_PRIVATE_KEY_FILE=str(tmp_path / "none.pem"),
    )
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if line.startswith("broken")]
    assert [line.split()[1] for line in broken] == ["database:", "broker:", "telegram:", "access", "push"]
    assert "MELODY_JWT_PRIVATE_KEY_FILE: can't be read" in broken[3]
    assert "MELODY_VAPID_SUBJECT: is needed too" in broken[4]
    assert "wrong" not in result.stdout + result.stderr
    assert "AAAA" not in result.stdout + result.stderr


def written(path: Path, key: RSAPrivateKey | EllipticCurvePrivateKey) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


@pytest.mark.slow
def test_doctor_asks_the_sender_of_text_messages_and_the_engine_elsewhere(
    servers: Servers, database_url: str, msg91: Msg91StandIn, lalal: LalalStandIn, tmp_path: Path
) -> None:
    environment = {
        "MELODY_DATABASE_URL": database_url,
        "MELODY_REDIS_URL": servers.redis_url,
        "MELODY_MSG91_TEMPLATE_ID": msg91.template_id,
        "MELODY_MSG91_API_URL": msg91.url,
        "MELODY_LALAL_API_URL": lalal.url,
    }
    keys = {
        "MELODY_VAPID_SUBJECT": "mailto:ops@melody.example",
        "MELODY_VAPID_PRIVATE_KEY_FILE": str(written(tmp_path / "push.pem", generate_p256(SECP256R1()))),
        "MELODY_JWT_PRIVATE_KEY_FILE": str(written(tmp_path / "tokens.pem", generate_rsa(65_537, 2048))),
    }
    well = melody(
        "doctor",
        "--data-dir",
        str(tmp_path),
        MELODY_MSG91_AUTH_KEY=msg91.auth_key,
        MELODY_LALAL_LICENSE_KEY=lalal.license_key,
        **environment,
        **keys,
    )
    assert "ok      engine lalal: lalal.1, 250 minutes left" in well.stdout
    assert "ok      engine local: spleeter" in well.stdout
    assert "ok      text messages: MSG91 knows the auth key" in well.stdout
    assert re.search(
        r"^ok      access tokens: signed with the first key of \S+ \(kid .{43}\), 1 b", well.stdout, re.M
    )
    assert re.search(r"^ok      push messages: the key of \S+, public key B[\w-]{86}$", well.stdout, re.M)
    wrong = melody(
        "doctor",
        "--data-dir",
        str(tmp_path),
        MELODY_MSG91_AUTH_KEY="not-the-key",
        MELODY_LALAL_LICENSE_KEY="not-the-key",
        **environment,
    )
    assert "broken  engine lalal: MELODY_LALAL_LICENSE_KEY" in wrong.stdout
    assert wrong.returncode == 1
    assert "broken  text messages: MELODY_MSG91_AUTH_KEY" in wrong.stdout
    assert "not-the-key" not in wrong.stdout + wrong.stderr
    off = melody(
        "doctor",
        "--data-dir",
        str(tmp_path),
        MELODY_ENV="production",
        **{name: value for name, value in environment.items() if "MSG91" not in name},
    )
    assert "off     text messages" in off.stdout
    assert off.returncode == 0
