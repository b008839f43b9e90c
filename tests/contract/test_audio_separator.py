"""The optional engine, by the real library, with tiny models in the formats of the real ones.

These run where the extra `studio-models` is installed; elsewhere what does not need it is tested alone.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.adapters.separators.audio_separator import FOLDER, AudioSeparator
from core.conversion.recipe import Recipe
from core.errors import Cancelled, ModelUnavailable
from core.ports import AudioFormat, Quality, Samples, Stem
from tests.contract.tiny_models import DEMUCS, MDX, ROFORMER, make_models
from tests.quality.sounds import ArrayReader, Watched, noise, tone

has_library = pytest.mark.skipif(
    find_spec("audio_separator") is None,
    reason="studio-models is not installed: PyTorch, gigabytes for what few operators want, is no part of CI",
)
unwarned = pytest.mark.filterwarnings("ignore")  # the library's own, and PyTorch's


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_models(folder / FOLDER)
    return folder


def separate(separator: AudioSeparator, mix: Samples, control: Watched | None = None) -> dict[Stem, Samples]:
    blocks: list[dict[Stem, Samples]] = []
    separator.separate(
        ArrayReader(mix),
        lambda stems: blocks.append(dict(stems)),
        quality=Quality.BEST,
        threads=1,
        control=control or Watched(),
    )
    return {stem: np.concatenate([block[stem] for block in blocks]) for stem in blocks[0]}


@has_library
@unwarned
@pytest.mark.parametrize("model", [DEMUCS, MDX, ROFORMER])
def test_models_of_every_kind(models: Path, model: str) -> None:
    mix = tone(34.0, level_db=-20.0) + noise(34.0, level_db=-40.0)
    control = Watched()
    stems = separate(AudioSeparator(models, model), mix, control)
    assert stems[Stem.VOCALS].shape == mix.shape
    assert np.isfinite(stems[Stem.VOCALS]).all()
    assert stems[Stem.VOCALS].any()
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL] + stems[Stem.VOCALS], mix, atol=1e-5)
    assert control.fractions == pytest.approx([30 / 34, 1.0])


@has_library
@unwarned
@pytest.mark.parametrize("level_db", [-40.0, -12.0, 3.0])
def test_levels_and_places_are_kept(models: Path, level_db: float) -> None:
    """The MDX model finds half of everything, so what comes out is known, over windows too."""
    mix = tone(33.0, level_db=level_db)
    stems = separate(AudioSeparator(models, MDX), mix)
    inner = slice(4_410, -4_410)
    loudest = float(np.abs(mix).max())
    np.testing.assert_allclose(stems[Stem.VOCALS][inner], mix[inner] / 2, atol=2e-3 * loudest)


@has_library
@unwarned
def test_it_can_be_cancelled_between_windows(models: Path) -> None:
    with pytest.raises(Cancelled):
        separate(AudioSeparator(models, MDX), tone(70.0), Watched(cancel_at=0.3))


@has_library
@unwarned
def test_a_model_that_nobody_knows(models: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"nothing\.onnx"):
        AudioSeparator(models, "nothing.onnx").prepare()


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "audio_separator.separator", None)
    with pytest.raises(ModelUnavailable, match="studio-models"):
        AudioSeparator(tmp_path, DEMUCS).prepare()


def test_the_model_is_part_of_the_recipe(tmp_path: Path) -> None:
    engines = {AudioSeparator(tmp_path, model).engine for model in (DEMUCS, MDX, "a model/of\\mine.ckpt")}
    assert len(engines) == 3
    for engine in engines:
        recipe = Recipe(engine, Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A, guide=20, key=-3, tempo=90)
        assert Recipe.parse(str(recipe)) == recipe
        assert len(str(recipe)) <= 200
        assert len(recipe.effort) <= 100
