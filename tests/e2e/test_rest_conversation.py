"""The main job by REST alone, with all processes running: sign in, hand over a song, hear it without the
voice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.e2e.sound import decoded, four_channels, lithium, lithium_mix, sdr_db
from tests.e2e.test_phone_sign_in import SOON, ask, in_the_log
from tests.fixtures.studio import Studio, studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SONG_SECONDS = 90.0
LEAST_GAIN = 0.3
"""dB nearer to the true instrumental than the song itself, whose voice is quiet."""
SAME_SONG = 10.0
"""dB, by what coding leaves of a song."""


def signed_in(running: Studio) -> httpx.Client:
    request_id = ask(running)
    code = in_the_log(running.data_dir / "logs")
    url = f"{running.url}/api/v1/"
    answer = httpx.post(f"{url}auth/verify-otp", json={"request_id": request_id, "otp": code}, timeout=SOON)
    token = answer.json()["access_token"]
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=SOON)


def finished(client: httpx.Client, job_id: str) -> dict[str, Any]:
    """The job in its end; what it tells on the way makes sense."""
    deadline, progress = time.monotonic() + SONG_SECONDS, 0
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(f"audio/conversion-status/{job_id}").json()
        if job["status"] not in {"queued", "processing"}:
            return job
        assert job["result"] is None
        assert 0 <= job["progress"] < 100
        assert job["estimated_time"] >= 1
        progress = max(progress, job["progress"])
        time.sleep(0.2)
    pytest.fail(f"the job is still at {progress} %")


def sings(running: Studio, client: httpx.Client, song_id: str, song: bytes) -> None:
    """Music and voice come in one file, beside each other and in time: together they are the song."""
    started = client.post("audio/convert-to-instrumental", json={"song_id": song_id, "stems": "sing"})
    assert finished(client, started.json()["id"])["status"] == "completed"
    found = client.get(f"audio/songs/{song_id}/playback").json()["renditions"]
    (to_sing,) = [one for one in found if one["stem"] == "sing"]
    sound = four_channels(client.get(running.url + to_sing["file"]["url"]).content)
    music, voice = sound[:, :2], sound[:, 2:]
    truth = lithium("instrumental")
    assert sdr_db(truth, music) >= sdr_db(truth, decoded(song)) + LEAST_GAIN
    assert sdr_db(decoded(song), music + voice) > SAME_SONG
    late = np.roll(voice, 64, axis=0)
    assert sdr_db(decoded(song), music + late) < sdr_db(decoded(song), music + voice)


def test_from_the_file_to_the_music(tmp_path: Path) -> None:
    song = lithium_mix(tmp_path, "Lithium", "Aanya")
    with studio(tmp_path / "data") as running, signed_in(running) as client:
        sent = client.post("audio/upload", files={"file": ("song.m4a", song)})
        assert (sent.status_code, sent.json()["title"], sent.json()["artist"]) == (201, "Lithium", "Aanya")
        song_id = sent.json()["id"]
        cover = client.get(f"music/track/{song_id}/cover")
        assert cover.headers["content-type"] == "image/webp", cover.text
        started = client.post("audio/convert-to-instrumental", json={"song_id": song_id})
        assert started.status_code == 202
        job = finished(client, started.json()["id"])
        assert (job["status"], job["error"]) == ("completed", None)
        music = client.get(running.url + job["result"]["url"])
        truth = lithium("instrumental")
        assert sdr_db(truth, decoded(music.content)) >= sdr_db(truth, decoded(song)) + LEAST_GAIN
        (item,) = client.get("library", params={"shelf": "conversions"}).json()["items"]
        assert (item["song_id"], item["instrumental_status"]) == (song_id, "completed")
        playback = client.get(f"audio/songs/{song_id}/playback").json()
        assert 29 < playback["duration"] < 31
        assert len(playback["peaks"]) > 100
        part = client.get(running.url + playback["original"]["url"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, part.content) == (206, song[:100])
        higher = client.post("audio/convert-to-instrumental", json={"song_id": song_id, "key": 2})
        assert finished(client, higher.json()["id"])["status"] == "completed"
        assert len(client.get(f"audio/songs/{song_id}/playback").json()["renditions"]) == 2
        sings(running, client, song_id, song)
        assert client.delete(f"library/{song_id}").status_code == 204
        assert client.get(f"audio/songs/{song_id}/playback").status_code == 404
