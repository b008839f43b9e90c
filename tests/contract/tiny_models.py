"""Models in the formats that audio-separator loads, too small to be of any use.

Two are of random weights, and one finds half of everything. The library's own lists name them, as they would
real models.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

DEMUCS, MDX, ROFORMER = "tiny_demucs.yaml", "tiny_mdx.onnx", "tiny_mel_band_roformer.ckpt"
ROFORMER_CONFIG = "tiny_mel_band_roformer.yaml"
BINS, FRAMES = 2048, 256


def make_models(folder: Path) -> None:
    """Write all of them into the folder of models."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = _demucs(folder)
    _mdx(folder)
    _roformer(folder)
    lists: dict[str, Any] = {
        name: {}
        for name in (
            "vr_download_list",
            "mdx_download_vip_list",
            "mdx23c_download_list",
            "mdx23c_download_vip_list",
        )
    }
    lists["demucs_download_list"] = {"Demucs v4: tiny": {weights: weights, DEMUCS: DEMUCS}}
    lists["mdx_download_list"] = {"MDX-Net Model: tiny": MDX}
    lists["roformer_download_list"] = {"Roformer Model: tiny": {ROFORMER: ROFORMER_CONFIG}}
    (folder / "download_checks.json").write_text(json.dumps(lists))


def _demucs(folder: Path) -> str:
    """A hybrid transformer; returns the name of its weights, which ends in their checksum."""
    import audio_separator.separator
    import torch

    root = Path(audio_separator.separator.__file__).parent
    sys.path.insert(0, str(root / "uvr_lib_v5"))  # the class is stored by this name
    from demucs.htdemucs import HTDemucs  # type: ignore[import-not-found]

    torch.manual_seed(1)
    how = {"channels": 8, "depth": 4, "t_layers": 1, "t_heads": 1, "bottom_channels": 8, "segment": 4}
    model = HTDemucs(sources=["drums", "bass", "other", "vocals"], **how)
    package = {"klass": HTDemucs, "args": model._init_args_kwargs[0], "kwargs": model._init_args_kwargs[1]}
    file = folder / "weights.th"
    torch.save({**package, "state": model.state_dict()}, file)
    name = f"0123abcd-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}.th"
    file.rename(folder / name)
    (folder / DEMUCS).write_text(yaml.safe_dump({"models": ["0123abcd"]}))
    return name


def _mdx(folder: Path) -> None:
    """A network of one factor: the vocals are half of what there is."""
    import onnx
    from onnx import TensorProto, helper

    shape = ["batch", 4, BINS, FRAMES]
    half = helper.make_tensor("half", TensorProto.FLOAT, [1], [0.5])
    graph = helper.make_graph(
        [helper.make_node("Mul", ["input", "half"], ["output"])],
        "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, shape)],
        [half],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    content = model.SerializeToString()
    (folder / MDX).write_bytes(content)
    known = {
        "compensate": 1.0,
        "mdx_dim_f_set": BINS,
        "mdx_dim_t_set": 8,
        "mdx_n_fft_scale_set": 4096,
        "primary_stem": "Vocals",
    }
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    (folder / "mdx_model_data.json").write_text(json.dumps({digest: known}))
    (folder / "vr_model_data.json").write_text("{}")
    onnx.checker.check_model(model)


def _roformer(folder: Path) -> None:
    import torch
    from audio_separator.separator.uvr_lib_v5.roformer.mel_band_roformer import MelBandRoformer

    torch.manual_seed(2)
    how: dict[str, Any] = {
        "dim": 8,
        "depth": 1,
        "stereo": True,
        "num_stems": 1,
        "time_transformer_depth": 1,
        "freq_transformer_depth": 1,
        "num_bands": 60,
        "dim_head": 8,
        "heads": 1,
        "attn_dropout": 0,
        "ff_dropout": 0,
        "flash_attn": True,
        "dim_freqs_in": 1025,
        "sample_rate": 44100,
        "stft_n_fft": 2048,
        "stft_hop_length": 441,
        "stft_win_length": 2048,
        "stft_normalized": False,
        "mask_estimator_depth": 1,
        "multi_stft_resolution_loss_weight": 1.0,
        "multi_stft_resolutions_window_sizes": (4096, 2048, 1024, 512, 256),
        "multi_stft_hop_size": 147,
        "multi_stft_normalized": False,
    }
    torch.save(MelBandRoformer(**how).state_dict(), folder / ROFORMER)
    config = {
        "audio": {"chunk_size": 88_200, "dim_f": 1024, "dim_t": 256, "hop_length": 441, "n_fft": 2048}
        | {"num_channels": 2, "sample_rate": 44100, "min_mean_abs": 0.0},
        "model": how,
        "training": {"instruments": ["vocals", "other"], "target_instrument": "vocals"},
        "inference": {"batch_size": 1, "dim_t": 256, "num_overlap": 2},
    }
    (folder / ROFORMER_CONFIG).write_text(yaml.dump(config))  # theirs hold tuples too
