"""A stand-in of the part of YouTube Music's web player that ytmusicapi drives, as far as songs go.

The structures are those the player gets, thinned out to what says something. As a process:
`python -m tests.fakes.sources.youtube_music --port 8085`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.fakes.sources.base import HttpStandIn, Received, run_as_process

SEARCH = "/youtubei/v1/search"
PLAYER = "/youtubei/v1/player"
VISITOR = "CgtzdGFuZC1pbg%3D%3D"
A_PAGE = 20
DOT = {"text": " • "}
PLAYABLE = {"playabilityStatus": {"status": "OK", "playableInEmbed": True}}
NOT_PLAYABLE = {"playabilityStatus": {"status": "ERROR", "reason": "This video is unavailable"}}


@dataclass(frozen=True)
class Song:
    """A song as the stand-in holds it."""

    id: str
    title: str
    artists: tuple[str, ...] = ("Ira",)
    album: str | None = "Dhoop"
    length: str | None = "4:19"
    kind: str = "MUSIC_VIDEO_TYPE_ATV"
    explicit: bool = False
    greyed_out: bool = False
    private: bool = False

    @property
    def seconds(self) -> int:
        total = 0
        for part in (self.length or "0").split(":"):
            total = total * 60 + int(part)
        return total

    @property
    def pictures(self) -> list[dict[str, Any]]:
        return [
            {
                "url": f"https://lh3.googleusercontent.com/{self.id}=w{size}-h{size}",
                "width": size,
                "height": size,
            }
            for size in (60, 120)
        ]

    def listed(self) -> dict[str, Any]:
        """A row of the search's shelf of songs."""
        artists = [_linked(name, "UCx1") for name in self.artists]
        told: list[list[dict[str, Any]]] = [_between(artists, {"text": ", "})] if artists else []
        told += [[_linked(self.album, "MPREb_x")]] if self.album else []
        told += [[{"text": self.length}]] if self.length else []
        runs = [run for index, part in enumerate(told) for run in ([DOT] if index else []) + part]
        watch = {
            "videoId": self.id,
            "watchEndpointMusicSupportedConfigs": {"watchEndpointMusicConfig": {"musicVideoType": self.kind}},
        }
        play = {"musicPlayButtonRenderer": {"playNavigationEndpoint": {"watchEndpoint": watch}}}
        row: dict[str, Any] = {
            "thumbnail": {"musicThumbnailRenderer": {"thumbnail": {"thumbnails": self.pictures}}},
            "overlay": {"musicItemThumbnailOverlayRenderer": {"content": play}},
            "flexColumns": [_column([{"text": self.title}]), _column(runs or [{"text": "Song"}])],
            "playlistItemData": {"videoId": self.id},
        }
        if self.explicit:
            label = {"accessibilityData": {"accessibilityData": {"label": "Explicit"}}}
            row["badges"] = [{"musicInlineBadgeRenderer": label}]
        if self.greyed_out:
            row["musicItemRendererDisplayPolicy"] = "MUSIC_ITEM_RENDERER_DISPLAY_POLICY_GREY_OUT"
        return {"musicResponsiveListItemRenderer": row}

    def played(self) -> dict[str, Any]:
        """What the player is told."""
        return {
            **PLAYABLE,
            "videoDetails": {
                "videoId": self.id,
                "title": self.title,
                "lengthSeconds": str(self.seconds),
                "channelId": "UCx1",
                "thumbnail": {"thumbnails": self.pictures},
                "viewCount": "120345",
                "author": self.artists[0] if self.artists else "",
                "isPrivate": self.private,
                "musicVideoType": self.kind,
                "isLiveContent": False,
            },
        }


SONGS: tuple[Song, ...] = (
    Song("aB3dE5fG7hI", "Saanjh"),
    Song("bB3dE5fG7hI", "Saanjh & Subah", ("Ira", "Asha"), album=None, explicit=True),
    Song("cC3dE5fG7hI", "Saanjh, no longer here", greyed_out=True),
    Song("dD3dE5fG7hI", "Saanjh without a length", album=None, length=None),
    Song("eE3dE5fG7hI", "साँझ ढले", album="धूप", length="1:02:03"),
    Song("fF3dE5fG7hI", "Ira - Dhoop (Official Video)", kind="MUSIC_VIDEO_TYPE_OMV", album=None),
    Song("gG3dE5fG7hI", "A private one", private=True),
    *(Song(f"lamp{n:03}____", f"Lamp number {n}") for n in range(60)),
)


class YouTubeMusicStandIn(HttpStandIn):
    """Songs, in shelves of twenty."""

    title = "YouTube Music"

    def complaints(self, request: Received) -> Iterable[str]:
        if request.path in {SEARCH, PLAYER}:
            client = json.loads(request.body)["context"]["client"]
            if client["hl"] != "en":
                yield f"{request.path}: ytmusicapi reads English answers only"
            if request.headers.get("x-goog-visitor-id") != VISITOR:
                yield f"{request.path}: another visitor than the page told"

    def answer(self, request: Received) -> Response:
        match (request.method, request.path):
            case ("GET", "/"):
                return HTMLResponse(f'<script>ytcfg.set({{"VISITOR_DATA": "{VISITOR}"}});</script>')
            case ("POST", path) if path == SEARCH:
                return self._search(json.loads(request.body), request.query)
            case ("POST", path) if path == PLAYER:
                wanted = json.loads(request.body).get("video_id")
                song = next((song for song in SONGS if song.id == wanted), None)
                return JSONResponse(song.played() if song else NOT_PLAYABLE)
        raise LookupError(f"{request.method} {request.path}: nothing there")

    def _search(self, asked: dict[str, Any], query: dict[str, str]) -> Response:
        words = str(asked["query"]).casefold().split()
        found = [song for song in SONGS if all(word in _words(song) for word in words)]
        start = int(query.get("continuation", "0"))
        rows = [song.listed() for song in found[start : start + A_PAGE]]
        shelf: dict[str, Any] = {"title": {"runs": [{"text": "Songs"}]}, "contents": rows}
        if len(found) > start + A_PAGE:
            shelf["continuations"] = [{"nextContinuationData": {"continuation": str(start + A_PAGE)}}]
        if "continuation" in query:
            return JSONResponse({"continuationContents": {"musicShelfContinuation": shelf}})
        nothing = {"messageRenderer": {"text": {"runs": [{"text": "No results"}]}}}
        section = {"musicShelfRenderer": shelf} if rows else {"itemSectionRenderer": {"contents": [nothing]}}
        tab = {"tabRenderer": {"content": {"sectionListRenderer": {"contents": [section]}}}}
        return JSONResponse({"contents": {"tabbedSearchResultsRenderer": {"tabs": [tab]}}})


def _words(song: Song) -> str:
    return f"{song.title} {' '.join(song.artists)}".casefold()


def _between(runs: list[dict[str, Any]], separator: dict[str, Any]) -> list[dict[str, Any]]:
    return [run for index, one in enumerate(runs) for run in ([separator] if index else []) + [one]]


def _linked(text: str, browse_id: str) -> dict[str, Any]:
    return {"text": text, "navigationEndpoint": {"browseEndpoint": {"browseId": browse_id}}}


def _column(runs: list[dict[str, Any]]) -> dict[str, Any]:
    return {"musicResponsiveListItemFlexColumnRenderer": {"text": {"runs": runs}}}


if __name__ == "__main__":
    run_as_process(lambda host, port: YouTubeMusicStandIn(host=host, port=port), "youtube_music")
