"""The main job by REST alone, with all processes running and objects on S3: sign in, hand over a song, hear
it without the voice; and all of it again in another place, from a backup."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from core.storage_url import S3Place, parse_storage_url
from tests.e2e.sound import decoded, four_channels, lithium, lithium_mix, sdr_db
from tests.e2e.test_phone_sign_in import SOON, ask, in_the_log
from tests.fakes.s3.server import s3_server, storage_url
from tests.fixtures.outside import create_bucket, outside
from tests.fixtures.studio import Studio, studio
from tests.material import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

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


@pytest.fixture
def bucket() -> Iterator[dict[str, str]]:
    """The environment of a studio whose objects are on S3."""
    with s3_server() as (host, port):
        url = storage_url(f"http://{host}:{port}", "melody-songs")
        place = parse_storage_url(url)
        assert isinstance(place, S3Place)
        create_bucket(place)
        yield {"MELODY_STORAGE_URL": url}


def db(data_dir: Path, *arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "core.cli", "db", *arguments, "--data-dir", str(data_dir)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | outside(data_dir) | environment,
        timeout=60,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_from_the_file_to_the_music(tmp_path: Path, bucket: dict[str, str]) -> None:
    song = lithium_mix(tmp_path, "Lithium", "Aanya")
    with studio(tmp_path / "data", **bucket) as running, signed_in(running) as client:
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
        before = client.get(f"audio/songs/{song_id}/playback").json()
        links = [before["original"]["url"], *(one["file"]["url"] for one in before["renditions"])]
        heard = [client.get(running.url + link).content for link in links]
        db(running.data_dir, "backup", str(tmp_path / "backup.zip"), **bucket)
        signed = dict(client.headers)
        assert client.delete(f"library/{song_id}").status_code == 204
        assert client.get(f"audio/songs/{song_id}/playback").status_code == 404

    new = tmp_path / "new"  # whose objects are files
    assert "The studio is what it was" in db(new, "restore", str(tmp_path / "backup.zip"))
    with studio(new) as running, httpx.Client(headers=signed, timeout=SOON) as client:
        after = client.get(f"{running.url}/api/v1/audio/songs/{song_id}/playback").json()
        assert [one["stem"] for one in after["renditions"]] == [one["stem"] for one in before["renditions"]]
        assert [client.get(running.url + link).content for link in links] == heard
