"""The separator at LALAL.AI against its stand-in, which checks every request by the published description."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.adapters.separators.lalal.board import Timing
from core.adapters.separators.lalal.separator import LalalSeparator
from core.errors import Cancelled, EngineAway, ServiceUnavailable
from core.ports import Control, Quality, Samples, Stem
from tests.fakes.lalal import INSTRUMENTAL_SHARE, LalalStandIn
from tests.fakes.lalal.sound import decoded, flac
from tests.fakes.sources.faults import html_error
from tests.quality.sounds import ArrayReader, Watched, tone

pytestmark = pytest.mark.broad

QUICK = Timing(
    check_every=0.02,
    look_every=0.01,
    pause_when_too_often=0.05,
    news=5.0,
    longest=20.0,
    away=30.0,
    away_lasting=30.0,
    call_pause=0.01,
)
SONG = tone(3.0)


MakesSeparator = Callable[[], LalalSeparator]


@pytest.fixture
def a_worker(lalal: LalalStandIn, redis_url: str, tmp_path: Path) -> MakesSeparator:
    """A separator as each worker has one: they share Redis."""

    def make() -> LalalSeparator:
        return LalalSeparator(
            lalal.license_key, lalal.url, redis_url=redis_url, work_dir=tmp_path / "work", timing=QUICK
        )

    return make


def separate(
    separator: LalalSeparator, song: Samples = SONG, control: Control | None = None
) -> dict[Stem, Samples]:
    blocks: list[dict[Stem, Samples]] = []
    separator.separate(
        ArrayReader(song),
        lambda stems: blocks.append(dict(stems)),
        quality=Quality.BEST,
        threads=1,
        control=control or Watched(),
    )
    return {stem: np.concatenate([block[stem] for block in blocks]) for stem in blocks[0]}


# --- what it makes ------------------------------------------------------------------------------------------


def test_the_instrumental_is_theirs_and_both_sum_to_the_mix(
    lalal: LalalStandIn, a_worker: MakesSeparator, tmp_path: Path
) -> None:
    control = Watched()
    stems = separate(a_worker(), control=control)
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL], SONG * INSTRUMENTAL_SHARE, atol=1e-4)
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL] + stems[Stem.VOCALS], SONG, atol=1e-6)
    assert control.fractions == sorted(control.fractions)
    assert control.fractions[-1] == pytest.approx(1.0)
    assert list((tmp_path / "work").iterdir()) == []


def test_nothing_of_the_song_stays_there(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    separate(a_worker())
    [source] = lalal.sources.values()
    assert source.deleted_at is not None
    assert lalal.account.minutes_left == pytest.approx(250 - 3 / 60, abs=0.01)


def test_a_mix_above_full_scale_comes_back_as_loud(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    loud = tone(2.0, level_db=3.0)
    assert np.abs(loud).max() > 1.2
    stems = separate(a_worker(), loud)
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL], loud * INSTRUMENTAL_SHARE, atol=2e-4)
    [source] = lalal.sources.values()
    assert np.abs(decoded(source.content)).max() <= 32_767


def test_without_redis_it_works_alone(lalal: LalalStandIn, tmp_path: Path) -> None:
    alone = LalalSeparator(
        lalal.license_key, lalal.url, redis_url=None, work_dir=tmp_path / "work", timing=QUICK
    )
    assert len(separate(alone)[Stem.VOCALS]) == len(SONG)


@pytest.mark.parametrize("failure", ["inference_error", "server_error"])
def test_a_failed_task_is_tried_once_more_as_a_new_one(
    lalal: LalalStandIn, a_worker: MakesSeparator, failure: str
) -> None:
    lalal.plans.failures.append(failure)
    separate(a_worker())
    assert len(lalal.tasks) == 2
    assert all(source.deleted_at is not None for source in lalal.sources.values())


# --- when it can't ------------------------------------------------------------------------------------------


def test_what_fails_twice_is_given_up(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.plans.failures.extend(["inference_error"] * 2)
    with pytest.raises(EngineAway, match="Unable to detect voice") as caught:
        separate(a_worker())
    assert caught.value.lasting
    separate(a_worker(), tone(2.0, frequency=300.0))  # another song is not kept from it


def test_minutes_are_asked_for_before_anything_is_handed_over(
    lalal: LalalStandIn, a_worker: MakesSeparator
) -> None:
    lalal.account.minutes_left = 0.01
    with pytest.raises(EngineAway, match=r"0\.0 minutes left") as caught:
        separate(a_worker())
    assert caught.value.lasting
    assert lalal.sources == {}
    lalal.requests.clear()
    with pytest.raises(EngineAway, match="minutes left"):
        separate(a_worker(), tone(2.0))
    assert lalal.requests == []  # everybody knows for a while


def test_minutes_that_end_between_the_two(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    def left_then_none(answer: dict[str, float]) -> dict[str, float]:
        lalal.account.minutes_left = 0.0
        return answer

    lalal.goes_wrong("*/minutes_left/", edit=left_then_none)
    with pytest.raises(EngineAway, match="exceeded_duration"):
        separate(a_worker())
    [source] = lalal.sources.values()
    assert source.deleted_at is not None


def test_a_song_that_they_find_too_long(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.account.most_seconds = 1.0
    with pytest.raises(EngineAway, match="max_duration") as caught:
        separate(a_worker())
    assert caught.value.lasting


def test_a_wrong_key_is_told_to_the_operator(lalal: LalalStandIn, redis_url: str, tmp_path: Path) -> None:
    wrong = LalalSeparator("wrong", lalal.url, redis_url=redis_url, work_dir=tmp_path, timing=QUICK)
    for attempt in (lambda: separate(wrong), wrong.check):
        with pytest.raises(EngineAway, match="MELODY_LALAL_LICENSE_KEY"):
            attempt()


def test_a_service_that_is_down(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.goes_wrong("*", times=100, **html_error(502))
    with pytest.raises(EngineAway, match="HTTP 502") as caught:
        separate(a_worker())
    assert not caught.value.lasting
    asked = len(lalal.requests)
    with pytest.raises(EngineAway, match="HTTP 502"):
        separate(a_worker())
    assert len(lalal.requests) == asked  # nobody tries for a while


@pytest.mark.parametrize("path", ["*/upload/", "*/split/*", "*/minutes_left/", "/d/*", "*/delete/"])
@pytest.mark.parametrize("trouble", [{"status": 503}, {"status": 429}, {"cut": True}])
def test_a_call_that_fails_once_is_repeated(
    lalal: LalalStandIn, a_worker: MakesSeparator, path: str, trouble: dict[str, object]
) -> None:
    lalal.goes_wrong(path, **trouble)
    stems = separate(a_worker())
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL], SONG * INSTRUMENTAL_SHARE, atol=1e-4)
    assert lalal.account.minutes_left == pytest.approx(250 - 3 / 60, abs=0.01)


def test_an_answer_that_was_lost_costs_nothing(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.goes_wrong("*/split/*", cut=True, after=0)
    separate(a_worker())
    assert len(lalal.tasks) == 1


@pytest.mark.parametrize(
    "result",
    [
        lambda _: flac(np.zeros((44_100, 2))),
        lambda _: b"no audio at all",
        lambda content: content[: len(content) // 3],
        lambda _: b"",
    ],
    ids=["short", "garbage", "cut", "empty"],
)
def test_what_comes_back_is_not_believed(
    lalal: LalalStandIn, a_worker: MakesSeparator, result: Callable[[bytes], bytes]
) -> None:
    lalal.plans.result = result
    with pytest.raises(EngineAway):
        separate(a_worker())
    [source] = lalal.sources.values()
    assert source.deleted_at is not None


def test_a_few_samples_less_are_taken_from_the_mix(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.plans.result = lambda content: flac(decoded(content)[:-1000] * INSTRUMENTAL_SHARE)
    stems = separate(a_worker())
    assert len(stems[Stem.INSTRUMENTAL]) == len(SONG)
    np.testing.assert_array_equal(stems[Stem.VOCALS][-1000:], 0)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.7/no_vocals", "https://elsewhere.example/x", "file:///etc/x"]
)
def test_links_to_elsewhere_are_not_followed(lalal: LalalStandIn, a_worker: MakesSeparator, url: str) -> None:
    def lead_astray(answer: dict[str, dict[str, dict[str, dict[str, list[dict[str, str]]]]]]) -> object:
        for state in answer["result"].values():
            for track in state.get("result", {}).get("tracks", []):
                track["url"] = url
        return answer

    lalal.goes_wrong("*/check/", times=100, edit=lead_astray)
    with pytest.raises(EngineAway):
        separate(a_worker())


def test_the_minutes_are_told(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    assert a_worker().check() == "250 minutes left"
    lalal.goes_wrong("*", times=3, status=500)
    with pytest.raises(ServiceUnavailable, match="HTTP 500"):
        a_worker().check()


# --- several workers, and dead ones -------------------------------------------------------------------------


class Dies(Watched):
    """A worker that is killed at a point of its work: nothing is cleaned up."""

    class Killed(BaseException):
        pass

    def progress(self, fraction: float) -> None:
        super().progress(fraction)
        if fraction > 0.181:  # it is ordered
            raise Dies.Killed


def test_who_takes_over_from_a_dead_worker_pays_nothing(
    lalal: LalalStandIn, a_worker: MakesSeparator
) -> None:
    with pytest.raises(Dies.Killed):
        separate(a_worker(), control=Dies())
    assert len(lalal.tasks) == 1
    stems = separate(a_worker())
    np.testing.assert_allclose(stems[Stem.INSTRUMENTAL], SONG * INSTRUMENTAL_SHARE, atol=1e-4)
    assert (len(lalal.sources), len(lalal.tasks)) == (1, 1)


def test_a_result_that_was_lost_here_is_fetched_again(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    separate(a_worker())
    separate(a_worker())
    assert len(lalal.tasks) == 1


def test_a_task_that_is_gone_there_is_ordered_anew(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    separate(a_worker())
    with lalal.lock:
        lalal.tasks.clear()
    separate(a_worker())
    assert len(lalal.tasks) == 1
    assert len(lalal.sources) == 2


def test_two_workers_with_one_song_share_a_task(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.plans.steps = (0, 20, 40, 60, 80)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: separate(a_worker()), range(2)))
    assert len(lalal.tasks) == 1
    for stems in made:
        np.testing.assert_allclose(stems[Stem.INSTRUMENTAL], SONG * INSTRUMENTAL_SHARE, atol=1e-4)


def test_one_check_is_for_all(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.plans.steps = (0, 10, 20, 30, 40, 50)
    songs = [tone(1.0, frequency=200.0 + 50 * number) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda song: separate(a_worker(), song), songs))
    asked = [request.body.count(b"-4") for request in lalal.calls("*/check/")]
    assert max(asked) > 1
    assert len(asked) < 4 * 7


def test_checks_that_are_too_many_are_waited_for(lalal: LalalStandIn, a_worker: MakesSeparator) -> None:
    lalal.goes_wrong("*/check/", times=2, status=429, body={"detail": "Too many requests"})
    separate(a_worker())
    assert len(lalal.tasks) == 1


def test_the_rate_stays_under_theirs() -> None:
    assert 60 / Timing().check_every < 30 / 2


@pytest.mark.parametrize("at", [0.1, 0.3, 0.95])
def test_what_is_cancelled_is_stopped_and_removed_there(
    lalal: LalalStandIn, a_worker: MakesSeparator, at: float
) -> None:
    with pytest.raises(Cancelled):
        separate(a_worker(), tone(10.0), control=Watched(cancel_at=at))
    assert all(source.deleted_at is not None for source in lalal.sources.values())
    if at == 0.3:
        [task] = lalal.tasks.values()
        assert task.is_cancelled


async def test_redis_that_is_away_is_no_reason_to_pay_twice(lalal: LalalStandIn, tmp_path: Path) -> None:
    nowhere = LalalSeparator(
        lalal.license_key, lalal.url, redis_url="redis://127.0.0.1:1/0", work_dir=tmp_path, timing=QUICK
    )
    with pytest.raises(ServiceUnavailable) as caught:
        await asyncio.to_thread(separate, nowhere)
    assert not isinstance(caught.value, EngineAway)
    assert lalal.requests == []
