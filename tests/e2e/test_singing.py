"""Singing: music and voice of a song from one decoder, with the voice on a dial, in another key and tempo.

What is heard is taken from the page's own audio graph, by a script that the test puts before the page's.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser, Page, expect
from scipy.signal import correlate

from core.media.encode import Encoder, Label
from core.ports import SAMPLE_RATE, AudioFormat
from tests.e2e.player import Visitor, browser, built_player, visiting
from tests.e2e.sound import lithium
from tests.e2e.test_listening import MADE_MS, look, running, sign_in
from tests.e2e.test_offline import AWAY, keep
from tests.fixtures.studio import Studio

__all__ = ["browser", "built_player", "running"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Mono = NDArray[np.float64]

PILOT_HZ = 3000.0
SEMITONE = 2 ** (1 / 12)
PRIMING = 1024
DIAL_SECONDS = 0.05
SCREEN_MS = 30_000

EAR = """
window.ear = { contexts: [], ramps: [], elements: [] };
{
  const { connect } = AudioNode.prototype;
  const { linearRampToValueAtTime: ramp } = AudioParam.prototype;
  window.AudioContext = class extends AudioContext {
    constructor(...how) { super(...how); ear.contexts.push(this); }
  };
  window.Audio = class extends Audio {
    constructor(...how) { super(...how); ear.elements.push(this); }
  };
  AudioNode.prototype.connect = function (to, ...ends) {
    if (to instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      ear.analyser = new AnalyserNode(this.context, { fftSize: 32768 });
      connect.call(this, ear.analyser);
    }
    return connect.call(this, to, ...ends);
  };
  AudioParam.prototype.linearRampToValueAtTime = function (to, end) {
    ear.ramps.push({ param: this, to, takes: end - ear.contexts.at(-1).currentTime });
    return ramp.call(this, to, end);
  };
  ear.after = (seconds) => new Promise((resolve) => {
    const [context] = ear.contexts.slice(-1);
    const clock = new ConstantSourceNode(context, { offset: 0 });
    connect.call(clock, context.destination);
    clock.onended = () => resolve(true);
    clock.start();
    clock.stop(context.currentTime + seconds);
  });
  ear.hear = async () => {
    await ear.after(1);
    const samples = new Float32Array(ear.analyser.fftSize);
    ear.analyser.getFloatTimeDomainData(samples);
    return Array.from(samples);
  };
}
"""


def recording(folder: Path) -> Path:
    """The shared song with a quiet whistle on it, whose pitch is easily found again."""
    mix = lithium("vocals") + lithium("instrumental")
    whistle = 0.1 * np.sin(2 * np.pi * PILOT_HZ * np.arange(len(mix)) / SAMPLE_RATE)
    path = folder / "Lithium.m4a"
    with Encoder(path, AudioFormat.M4A, Label("Lithium", "Aanya"), seconds=len(mix) / SAMPLE_RATE) as encoder:
        encoder.write((0.6 * mix + whistle[:, None]).astype(np.float32))
    return path


async def heard(page: Page) -> Mono:
    """The latest 0.74 s of what comes out, left and right together, all of it younger than this call."""
    return np.array(await page.evaluate("ear.hear()"))


async def parts(visitor: Visitor, url: str) -> tuple[Mono, Mono]:
    """Music and voice, each left and right together, as they are in the file."""
    answer = await visitor.context.request.get(url)
    with av.open(io.BytesIO(await answer.body()), mode="r") as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    channels = np.concatenate(frames, axis=1)[:, PRIMING:].astype(np.float64)
    return channels[:2].mean(axis=0), channels[2:].mean(axis=0)


def levels(sound: Mono, music: Mono, voice: Mono) -> tuple[float, float, int]:
    """How loud music and voice are in a sound, and by how many samples the voice is late against the music.

    The place is where the cross-correlation with both is largest. There the sound is taken for
    g·music + h·voice (least squares), with the voice at every offset of up to 64 samples; the offset that
    leaves least wins.
    """
    place = int(np.argmax(correlate(music + voice, sound, mode="valid", method="fft")))
    here = music[place : place + len(sound)]
    best = (np.inf, 0.0, 0.0, 0)
    for late in range(-64, 65):
        there = voice[place - late : place - late + len(sound)]
        if len(there) < len(sound):
            continue
        (g, h), left, _, _ = np.linalg.lstsq(np.stack([here, there], axis=1), sound, rcond=None)
        best = min(best, (float(left[0]), float(g), float(h), late))
    rest, g, h, late = best
    assert rest < 1e-3 * float((sound**2).sum()), "that is not this song"
    return g, h, late


def whistle_hz(sound: Mono) -> float:
    """The strongest tone within four semitones of the whistle."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    near = (hertz > PILOT_HZ / SEMITONE**4) & (hertz < PILOT_HZ * SEMITONE**4)
    return float(hertz[near][np.argmax(spectrum[near])])


async def test_a_song_is_sung_with_the_voice_on_a_dial(
    browser: Browser, running: Studio, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))
    song = recording(tmp_path)
    async with visiting(browser, running) as visitor:
        page = visitor.page
        await page.add_init_script(EAR)
        await sign_in(visitor, running)
        await visitor.open("/upload")
        await page.locator("input[type=file]").set_input_files(song)

        await page.get_by_role("link", name="Sing").click()
        bar = page.get_by_role("progressbar", name="Lithium")
        await expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]"), timeout=MADE_MS)
        async with page.expect_request(lambda one: "range" in one.headers, timeout=MADE_MS) as fetched:
            dial = page.get_by_role("slider", name="Guide vocal")
            await expect(dial).to_have_value("20", timeout=MADE_MS)
        music, voice = await parts(visitor, (await fetched.value).url)

        await dial.fill("100")
        await page.get_by_role("button", name="Play", exact=True).click()
        g, h, late = levels(await heard(page), music, voice)
        assert late == 0, "voice and music are not sample-aligned"
        assert g == pytest.approx(1, abs=0.01)
        assert h == pytest.approx(1, abs=0.02)

        await dial.fill("0")
        ramp = await page.evaluate("ear.ramps.map(({ to, takes }) => ({ to, takes })).at(-1)")
        assert ramp["to"] == 0
        assert ramp["takes"] <= DIAL_SECONDS
        g, h, _ = levels(await heard(page), music, voice)
        assert g == pytest.approx(1, abs=0.01)
        assert h == pytest.approx(0, abs=0.02)

        await dial.fill("60")
        higher, lower = (page.get_by_role("button", name=name) for name in ("Higher key", "Lower key"))
        assert whistle_hz(await heard(page)) == pytest.approx(PILOT_HZ, abs=3)
        await higher.click()
        await higher.click()
        await expect(page.get_by_text("+2")).to_be_visible()
        await page.evaluate("ear.after(0.5)")
        assert whistle_hz(await heard(page)) == pytest.approx(PILOT_HZ * SEMITONE**2, abs=6)
        await lower.click()
        await lower.click()

        await page.get_by_role("slider", name="Place in the song").fill("4")
        for _ in range(4):
            await page.get_by_role("button", name="Slower").click()
        await expect(page.get_by_text("80 %")).to_be_visible()
        await page.evaluate("ear.after(0.5)")
        assert whistle_hz(await heard(page)) == pytest.approx(PILOT_HZ, abs=6)
        went = await page.evaluate(
            "(async ([song]) => { const from = song.currentTime; await ear.after(2);"
            " return song.currentTime - from; })(ear.elements.filter((one) => !one.paused))"
        )
        assert went == pytest.approx(1.6, abs=0.15)

        await page.locator("main").focus()
        await page.keyboard.press("v")
        await expect(dial).to_have_value("0")
        await page.keyboard.press("v")
        await expect(dial).to_have_value("60")
        assert await page.evaluate("navigator.mediaSession.metadata.title") == "Lithium"
        await page.keyboard.press("Space")
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
        await page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys")
        await expect(sheet).to_contain_text("Voice on or off")
        await page.screenshot(path=pictures / "sing-keys.png")
        await page.keyboard.press("Escape")
        await expect(sheet).to_have_count(0)

        for scheme in ("dark", "light"):
            await page.emulate_media(color_scheme=scheme)
            await look(visitor, "sing", pictures, scheme, dial)

        await page.reload()
        await expect(dial).to_have_value("60")
        await expect(page.get_by_text("80 %")).to_be_visible()

        await sings_without_a_media_source(page)
        await sings_without_a_network(visitor)


async def sings_without_a_network(visitor: Visitor) -> None:
    """A song that is kept on the device is sung from there."""
    page = visitor.page
    address = page.url
    await visitor.has_worker()
    await keep(page)
    await visitor.context.set_offline(True)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "range" in one.headers else None)
    await page.goto(address)
    dial = page.get_by_role("slider", name="Guide vocal")
    await expect(dial).to_have_value("60", timeout=SCREEN_MS)
    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(page.get_by_role("slider", name="Place in the song")).to_have_value(
        re.compile(r"^[2-9]$"), timeout=SCREEN_MS
    )
    assert asked
    assert all("/kept/" in url for url in asked)
    await page.get_by_role("button", name="Pause").click()
    await visitor.context.set_offline(False)
    visitor.complaints[:] = [one for one in visitor.complaints if not AWAY.search(one)]


async def sings_without_a_media_source(page: Page) -> None:
    """As on an iPhone: decoded into memory, in any key, at any tempo, from any place. It begins at 80 %."""
    await page.add_init_script("delete window.MediaSource")
    await page.reload()
    place = page.get_by_role("slider", name="Place in the song")
    await place.wait_for()
    await place.fill("12")
    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(place).not_to_have_value("12", timeout=SCREEN_MS)
    assert await page.evaluate("ear.elements.every((one) => one.paused)")
    assert whistle_hz(await heard(page)) == pytest.approx(PILOT_HZ, abs=6)
    await page.get_by_role("button", name="Higher key").click()
    await page.evaluate("ear.after(0.5)")
    assert whistle_hz(await heard(page)) == pytest.approx(PILOT_HZ * SEMITONE, abs=6)
    await place.fill("2")
    await expect(place).to_have_value(re.compile(r"^[3-9]$"), timeout=SCREEN_MS)
