"""The Dockerfile and docker-compose.yml, as far as that can be known where no engine runs.

The compose file is read by Compose itself, the Dockerfile by hadolint; what they name has to exist here. That
the Dockerfile's commands do what they are for, tests/integration/test_image.py shows.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.config import Settings
from core.liveness import ROLES
from tests.fixtures.image import instructions

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
PINNED = re.compile(r"^[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?$")
OUR_OWN = {"STUDIO_DOMAIN": "songs.example", "COMPOSE_PROFILES": "servers,https,music,tools"}
SECRETS = ROOT / "deploy" / "compose" / "secrets.sh"


def arguments(instruction: str) -> list[str]:
    return [argument for name, argument in instructions() if name == instruction]


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    """What Compose makes of docker-compose.yml with all profiles."""
    done = compose("config", "--format", "json")
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def compose(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "COMPOSE_"))
    }
    return subprocess.run(
        [TOOLS / "docker-compose", "--file", ROOT / "docker-compose.yml", "--env-file", os.devnull, *words],
        env=clean | (environment or OUR_OWN),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def ours(composed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: made for name, made in composed["services"].items() if "build" in made}


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [TOOLS / "hadolint", "--no-color", ROOT / "Dockerfile"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_base_is_pinned_to_a_version() -> None:
    stages: set[str] = set()
    for argument in arguments("FROM"):
        words = [word for word in argument.split() if not word.startswith("--")]
        assert words[0] in stages or PINNED.match(words[0]), words[0]
        stages.update(words[2:3])


def test_what_is_copied_is_there_and_goes_into_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    taken = {line.removeprefix("!").rstrip("/") for line in ignored if line.startswith("!")}
    for argument in arguments("COPY"):
        if argument.startswith("--from"):
            continue
        *sources, _ = argument.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source.partition("/")[0] in taken, source


def test_every_command_of_the_build_is_one() -> None:
    for argument in arguments("RUN"):
        subprocess.run(["sh", "-n", "-c", argument], check=True, timeout=10)
        for module in re.findall(r"python -m ([\w.]+)", argument):
            assert importlib.util.find_spec(module) is not None, module


def test_packages_come_from_the_lock_with_hashes_alone() -> None:
    installs = [word for run in arguments("RUN") for word in run.split("&&") if "pip install" in word]
    assert [" ".join(word.split()) for word in installs] == [
        "pip install --require-hashes --requirement requirements.lock",
        "pip install --require-hashes --requirement requirements-dev.lock",
    ]
    lock = (ROOT / "requirements.lock").read_text()
    removed = re.findall(r"pip uninstall --yes --quiet (.+)", "\n".join(arguments("RUN")))[0].split()
    assert all(f"\n{name}==" in lock for name in removed)


def test_the_image_runs_as_nobody_in_particular(composed: dict[str, Any]) -> None:
    (user,) = set(arguments("USER"))
    assert user != "root"
    assert {made["user"] for made in ours(composed).values()} == {user}


def test_settings_of_the_image_and_of_compose_exist(composed: dict[str, Any]) -> None:
    known = {f"MELODY_{name.upper()}" for name in Settings.model_fields}
    built_in = {word for argument in arguments("ENV") for word in re.findall(r"\b(MELODY_\w+)=", argument)}
    given = {name for made in ours(composed).values() for name in made["environment"]}
    assert built_in
    assert built_in <= known
    assert {name for name in given if name.startswith("MELODY_")} <= known


def test_every_process_is_one_that_there_is(composed: dict[str, Any]) -> None:
    for name, made in ours(composed).items():
        python, dash_m, module, *_ = made.get("entrypoint") or made["command"]
        assert (python, dash_m) == ("python", "-m"), name
        spec = importlib.util.find_spec(module)
        assert spec is not None, module
        assert "__main__" in Path(spec.origin or "").read_text(), module


def test_every_role_runs_and_is_looked_after(composed: dict[str, Any]) -> None:
    looked_after = {
        name: made["healthcheck"]["test"][1:]
        for name, made in ours(composed).items()
        if "healthcheck" in made
    }
    assert looked_after == {role: ["python", "-m", "core.commands.alive", role] for role in ("api", *ROLES)}


@pytest.mark.parametrize("what", ["read_only", "cap_drop", "security_opt", "deploy", "user"])
def test_every_service_is_kept_small_and_without_rights(composed: dict[str, Any], what: str) -> None:
    for name, made in composed["services"].items():
        assert made.get(what), name
    services = composed["services"].values()
    assert all(made["cap_drop"] == ["ALL"] for made in services)
    assert all("memory" in made["deploy"]["resources"]["limits"] for made in services)
    roots = [name for name, made in composed["services"].items() if made["user"].startswith("0")]
    assert roots == ["certificates"]  # which hands a folder over, and ends


def test_only_the_proxy_can_be_reached_from_outside(composed: dict[str, Any]) -> None:
    assert [name for name, made in composed["services"].items() if made.get("ports")] == ["caddy"]
    servers = [made for made in composed["services"].values() if made.get("profiles") == ["servers"]]
    assert len(servers) == 3
    assert all(list(made["networks"]) == ["back"] for made in servers)
    assert composed["networks"]["back"]["internal"]


def test_every_image_is_pinned(composed: dict[str, Any]) -> None:
    foreign = {made["image"] for made in composed["services"].values() if "build" not in made}
    assert len(foreign) == 4
    assert all(PINNED.match(image) for image in foreign), foreign


def test_nothing_starts_without_a_domain() -> None:
    done = compose("config", "--quiet", COMPOSE_PROFILES="servers")
    assert done.returncode != 0
    assert "STUDIO_DOMAIN" in done.stderr


def test_servers_of_elsewhere_leave_ours_out() -> None:
    done = compose("config", "--services", STUDIO_DOMAIN="songs.example")
    assert set(done.stdout.split()) == {"api", "bot", "worker", "courier", "relay", "migrate"}


def test_the_made_secrets_are_settings_and_stay(
    composed: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secrets"
    subprocess.run([SECRETS, folder], check=True, timeout=30, capture_output=True)
    files = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert (folder.stat().st_mode & 0o777, (folder / "melody").stat().st_mode & 0o777) == (0o700, 0o755)
    assert all(path.stat().st_mode & 0o777 == 0o444 for path in files)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MELODY_SECRETS_DIR", str(folder / "melody"))
    settings = Settings.load()
    password = files[folder / "postgres_password"]
    assert settings.database_url == f"postgresql+asyncpg://melody:{password}@postgres:5432/melody"
    assert settings.redis_url == f"redis://:{files[folder / 'redis_password']}@redis:6379/0"
    assert str(settings.storage_place) == "s3://melody/ at http://s3:8333"
    identity = json.loads(files[folder / "s3_config"])["identities"][0]["credentials"][0]
    assert f"s3://{identity['accessKey']}:{identity['secretKey']}@" in (settings.storage_url or "")
    assert {Path(secret["file"]).name for secret in composed["secrets"].values()} <= {
        path.name for path in files
    }

    subprocess.run([SECRETS, folder], check=True, timeout=30, capture_output=True)
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == files
