"""Conversions and what can be heard of a song, as the API shows them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from api.errors import detail_of
from core.catalog.licences import Credit
from core.conversion.history import Made, OwnJob
from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST, Recipe
from core.conversion.wanted import SING, Wish
from core.media.fmp4 import FIRST_PACKETS, PRIMING_SAMPLES, REST_PACKETS, Layout
from core.ports import AudioFormat, Quality, Stem
from core.signing import FileSigner
from core.text.titles import file_name, rendition_details, rendition_title

LINK_SECONDS = 1800
"""A link's life: twice the longest song, so that nobody's song stops in the middle."""
MOST_SONGS = 50

MAKING: JsonDict = {
    "id": "5a3c2f10-8f0e-4a9b-b9d5-2f6a8f1d7c33",
    "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
    "title": "तुम ही हो",
    "artist": "Arijit Singh",
    "stem": "instrumental",
    "key": 2,
    "tempo": 1.0,
    "guide_vocal": 20,
    "quality": "best",
    "format": "m4a",
    "status": "processing",
    "progress": 42,
    "place": 0,
    "estimated_time": 5,
    "error": None,
    "note": None,
    "result": None,
    "created_at": "2026-11-23T08:15:00Z",
    "started_at": "2026-11-23T08:15:01Z",
    "completed_at": None,
}

Key = Annotated[int, Field(strict=True, ge=-LARGEST_KEY, le=LARGEST_KEY, description="Semitones")]
Tempo = Annotated[
    float,
    Field(
        ge=SLOWEST / 100,
        le=FASTEST / 100,
        allow_inf_nan=False,
        description="Below 1 is slower; to a hundredth",
    ),
]
Guide = Annotated[
    int,
    Field(strict=True, ge=0, le=LARGEST_GUIDE, description="Per cent of the voice, to sing along with"),
]
Songs = Annotated[list[UUID], Field(min_length=1, max_length=MOST_SONGS)]


class ConversionWish(BaseModel):
    """What is to be made of one song, or of several. What is left out is as the person's preferences say."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"song_id": MAKING["song_id"], "stems": "instrumental", "key": 2, "guide_vocal": 20}]
        }
    )

    song_id: UUID | None = None
    song_ids: Songs | None = Field(default=None, description="Instead of `song_id`: up to 50 songs at once")
    stems: Literal["instrumental", "vocals", "both", "mix", "sing"] | None = Field(
        default=None,
        description="`both` makes two jobs a song. `mix` separates nothing: it brings the recording itself "
        "here, in a format that every browser plays. `sing` puts music and voice beside each other into one "
        "file of four channels for the player, where voice, key and tempo are chosen while it plays",
    )
    key: Key | None = None
    tempo: Tempo | None = None
    guide_vocal: Guide | None = None
    quality: Quality | None = None
    format: AudioFormat | None = None
    engine: str | None = Field(
        default=None,
        max_length=40,
        description="Who takes the voice out, of `engines` in `system/info`; without it the first of them",
    )

    @model_validator(mode="after")
    def _names_songs(self) -> Self:
        if (self.song_id is None) is (self.song_ids is None):
            raise ValueError("either song_id or song_ids")
        return self

    @model_validator(mode="after")
    def _leaves_singing_to_the_player(self) -> Self:
        if self.stems == SING and (self.key or self.guide_vocal or self.tempo not in {None, 1.0}):
            raise ValueError(
                "with stems sing, voice, key and tempo are chosen in the player while it plays: please leave "
                "key, tempo and guide_vocal out"
            )
        if self.stems == SING and self.format not in {None, AudioFormat.M4A}:
            raise ValueError("with stems sing the format is always m4a: please leave format out")
        return self

    @property
    def songs(self) -> list[UUID]:
        return [self.song_id] if self.song_id is not None else self.song_ids or []

    @property
    def wish(self) -> Wish:
        return Wish(
            stems=self.stems,
            key=self.key,
            tempo=None if self.tempo is None else round(self.tempo * 100),
            guide=self.guide_vocal,
            quality=self.quality,
            format=self.format,
            engine=self.engine,
        )


class JobError(BaseModel):
    """Why a job failed."""

    code: str = Field(description="For programs: `damaged`, `too-long`, `unavailable` …")
    detail: str = Field(description="In English")

    @classmethod
    def of(cls, code: str) -> Self:
        return cls(code=code, detail=detail_of(code) or "It could not be made. Please try again.")


class AudioFile(BaseModel):
    """A file behind a signed link, which works without sign-in until `expires_at`."""

    url: str = Field(description="A path at this server, or an address at its cache; takes Range")
    media_type: str
    size: int = Field(description="Bytes")
    duration: float | None = Field(description="Seconds")
    expires_at: datetime

    @classmethod
    def of(
        cls,
        made: Made,
        recipe: Recipe,
        title: str,
        artist: str | None,
        signer: FileSigner,
        *,
        is_open: bool = False,
    ) -> Self:
        """`is_open`: anybody may keep it, as the song's licence allows."""
        sign = signer.sign_open if is_open else signer.sign
        details = rendition_details(recipe.key, recipe.tempo / 100, recipe.guide / 100)
        name = file_name(artist, rendition_title(title, recipe.stem, details), recipe.format.value)
        return cls(
            url=sign(made.sha256, name, lifetime=LINK_SECONDS),
            media_type=recipe.format.media_type,
            size=made.size,
            duration=made.seconds,
            expires_at=link_end(),
        )


class Shape(BaseModel):
    """How a file is made."""

    stem: Stem
    key: int = Field(description="Semitones")
    tempo: float
    guide_vocal: int = Field(description="Per cent of the voice in the instrumental")
    quality: Quality
    format: AudioFormat


def shape_of(recipe: Recipe) -> Shape:
    return Shape(
        stem=recipe.stem,
        key=recipe.key,
        tempo=recipe.tempo / 100,
        guide_vocal=recipe.guide,
        quality=recipe.quality,
        format=recipe.format,
    )


class Job(Shape):
    """One file that is made, or was."""

    model_config = ConfigDict(json_schema_extra={"examples": [MAKING]})

    id: UUID
    song_id: UUID | None = Field(description="Null while what was sent to a chat is being fetched")
    title: str
    artist: str | None
    status: Literal["queued", "processing", "completed", "failed", "cancelled"]
    progress: int = Field(ge=0, le=100, description="Per cent")
    place: int = Field(description="How many are ahead in the queue")
    estimated_time: int = Field(description="Seconds left, about; 0 when it is over")
    error: JobError | None = Field(
        description="Why it failed; of a cancelled one `already-making` where it became part of another"
    )
    note: Literal["other-engine"] | None = Field(
        description="`other-engine`: the one that was to make it is away, and another one stepped in"
    )
    result: AudioFile | None = Field(description="Once it is completed")
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None

    @classmethod
    def of(cls, job: OwnJob, signer: FileSigner) -> Self:
        view, made = job.view, job.made
        result = None
        if made is not None:
            result = AudioFile.of(made, job.recipe, view.title, view.artist, signer)
        return cls(
            **shape_of(job.recipe).model_dump(),
            id=view.job_id,
            song_id=job.song_id,
            title=view.title,
            artist=view.artist,
            status=view.status,  # type: ignore[arg-type]
            progress=view.progress,
            place=view.place if view.is_open else 0,
            estimated_time=math.ceil(view.seconds_left) if view.is_open else 0,
            error=None if view.error_code is None else JobError.of(view.error_code),
            note=view.note,  # type: ignore[arg-type]
            result=result,
            created_at=job.created_at,
            started_at=job.started_at,
            completed_at=job.completed_at,
        )


class StartedJobs(BaseModel):
    """What several songs led to, in their order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [MAKING]}]})

    jobs: list[Job]


class StartedJob(Job):
    """What one song led to: its job; with stems `both` the instrumental's, and both in `jobs`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**MAKING, "jobs": [MAKING]}]})

    jobs: list[Job]


class Jobs(BaseModel):
    """One page of jobs, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [MAKING], "next_cursor": None}]})

    items: list[Job]
    next_cursor: str | None = Field(description="For the next page; null on the last one")


class SongCredit(BaseModel):
    """What has to be shown where the song is played."""

    licence: str = Field(examples=["CC BY-SA 4.0"])
    licence_url: str | None
    source_url: str | None = Field(description="The page it comes from")
    share_alike: bool = Field(description="What is made of it comes under the same licence")

    @classmethod
    def of(cls, credit: Credit) -> Self:
        return cls(
            licence=credit.licence_name,
            licence_url=credit.licence_url,
            source_url=credit.source_url,
            share_alike=credit.share_alike,
        )


class SegmentPackets(BaseModel):
    """How many packets of 1,024 samples a segment has; the last one has what remains."""

    first: int = FIRST_PACKETS
    rest: int = REST_PACKETS


class Segments(BaseModel):
    """How a file for singing is fed to a player piece by piece.

    Fragmented MP4 with AAC-LC of four channels at 44.1 kHz, `audio/mp4; codecs="mp4a.40.2"`: front left and
    right carry the music, centre and back centre the voice. The bytes up to `init_bytes` come first, then any
    segment, each by Range.
    """

    init_bytes: int = Field(description="What comes before the first segment")
    offsets: list[int] = Field(
        description="Where each segment begins, and at last the size of the file: segment i is the bytes "
        "from offsets[i] up to, not including, offsets[i + 1]"
    )
    packets: SegmentPackets
    priming_samples: int = Field(
        description="What the encoder puts before the song: the player takes it off, by a timestamp offset"
    )
    total_samples: int = Field(description="Of the song at 44.1 kHz, without the priming")

    @classmethod
    def of(cls, layout: Layout) -> Self:
        return cls(
            init_bytes=layout.header_bytes,
            offsets=list(layout.offsets),
            packets=SegmentPackets(),
            priming_samples=PRIMING_SAMPLES,
            total_samples=layout.samples - PRIMING_SAMPLES,
        )


class PlayableRendition(Shape):
    """Something that was made of the song for this person."""

    file: AudioFile
    segments: Segments | None = Field(
        description="Of stem `sing`, which is music and voice in one file and not to be played as it is"
    )


class Playback(BaseModel):
    """All that a player needs for a song."""

    song_id: UUID
    title: str
    artist: str
    is_private: bool
    duration: float | None = Field(description="Seconds")
    peaks: list[int] | None = Field(
        description="Waveform: up to 1,000 values 0 to 255; null until the recording was decoded once"
    )
    original: AudioFile | None = Field(
        description="The recording itself; null where it is not here yet, or may not be handed out. A media "
        "type `application/octet-stream` is one that browsers do not play. In both cases a conversion with "
        "stems `mix` brings one that they do"
    )
    renditions: list[PlayableRendition] = Field(description="What is ready, the newest first")
    credit: SongCredit | None = Field(description="Null where no licence asks for one")


def link_end() -> datetime:
    """When a link that is signed now ends."""
    return (datetime.now(UTC) + timedelta(seconds=LINK_SECONDS)).replace(microsecond=0)
