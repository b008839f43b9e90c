"""docker-compose.dev.yml over docker-compose.yml, as Compose itself reads them together."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.config import Settings
from tests.unit.test_deploy_containers import PINNED, ROOT, TOOLS

FILES = ("docker-compose.yml", "docker-compose.dev.yml")
PROGRAMS = {"api", "bot", "worker", "courier", "relay", "librarian"}
OUR_OWN = {
    "STUDIO_DOMAIN": "localhost",
    "STUDIO_SERVICES": "mocks",
    "COMPOSE_PROFILES": "servers,player,mocks,music,tools",
}


@pytest.fixture(scope="module")
def composed() -> dict[str, Any]:
    return compose(OUR_OWN)


def compose(environment: dict[str, str]) -> dict[str, Any]:
    files = [word for name in FILES for word in ("--file", str(ROOT / name))]
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("STUDIO_", "COMPOSE_"))
    }
    done = subprocess.run(
        [TOOLS / "docker-compose", *files, "--env-file", os.devnull, "config", "--format", "json"],
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def stages() -> dict[str, str]:
    """The stages of the Dockerfile by their names."""
    parts = re.split(r"(?m)^FROM .* AS (\w+)$", (ROOT / "Dockerfile").read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_program_starts_anew_when_its_files_change(composed: dict[str, Any]) -> None:
    for name in PROGRAMS:
        made = composed["services"][name]
        python, dash_m, module, *_, command, package, shared = made["command"]
        assert (python, dash_m, module, shared) == ("python", "-m", "watchfiles", "core")
        program = shlex.split(command)
        assert program[:2] == ["python", "-m"]
        assert importlib.util.find_spec(program[2]) is not None
        assert program[2].startswith(f"{package}.")
        mounted = {volume["target"]: volume for volume in made["volumes"]}
        for folder in (package, "core"):
            source = mounted[f"/opt/melody/{folder}"]
            assert (Path(source["source"]), source["read_only"]) == (ROOT / folder, True)


def test_every_stage_is_one_and_every_mount_is_there(composed: dict[str, Any]) -> None:
    for name, made in composed["services"].items():
        assert made.get("build", {}).get("target") in {None, *stages()}, name
        for volume in made.get("volumes", []):
            if volume["type"] == "bind" and "/secrets" not in volume["source"]:
                assert Path(volume["source"]).exists(), volume["source"]


def test_the_settings_exist(composed: dict[str, Any]) -> None:
    known = {f"MELODY_{name.upper()}" for name in Settings.model_fields}
    for made in composed["services"].values():
        assert {name for name in made.get("environment") or {} if name.startswith("MELODY_")} <= known


def test_ports_are_open_to_this_machine_alone(composed: dict[str, Any]) -> None:
    opened = {
        name: [(port["host_ip"], port["published"]) for port in made["ports"]]
        for name, made in composed["services"].items()
        if made.get("ports")
    }
    assert {name: port for name, [(_, port)] in opened.items()} == {
        "api": "8000",
        "player": "4200",
        "mocks": "8090",
        "postgres": "5432",
        "redis": "6379",
        "s3": "8333",
    }
    assert {host for [(host, _)] in opened.values()} == {"127.0.0.1"}
    assert all("out" in composed["services"][name]["networks"] for name in opened)


def test_what_is_new_is_as_small_and_without_rights(composed: dict[str, Any]) -> None:
    for name in ("player", "mocks"):
        made = composed["services"][name]
        assert made["read_only"]
        assert made["cap_drop"] == ["ALL"]
        assert not made["user"].startswith("0")
        assert "memory" in made["deploy"]["resources"]["limits"]
    assert all(PINNED.match(made["image"]) for made in composed["services"].values() if "build" not in made)


def test_stand_ins_are_met_only_where_they_are_wanted() -> None:
    composed = compose({"STUDIO_DOMAIN": "localhost", "COMPOSE_PROFILES": "servers"})
    assert "mocks" not in composed["services"]
    assert "MELODY_TELEGRAM_TOKEN" not in composed["services"]["bot"]["environment"]
    assert composed["services"]["bot"]["environment"]["MELODY_ENV"] == "development"


def test_packages_come_from_the_lock_with_hashes() -> None:
    assert "pip install --require-hashes --requirement requirements-dev.lock" in stages()["development"]
