"""Controls of the stand-in for tests in other processes, by HTTP under `/control`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.twilio.people import Person

if TYPE_CHECKING:  # the stand-in takes these controls in
    from tests.fakes.twilio.stand_in import TwilioStandIn


class RemoteControls:
    """Where webhooks go, and people who write and send; people are named by their number."""

    def __init__(self, stand_in: TwilioStandIn) -> None:
        self._stand_in = stand_in

    def routes(self) -> list[Route]:
        return [
            Route("/control/webhook", self._webhook, methods=["PUT"]),
            Route("/control/people", self._meet, methods=["POST"]),
            Route("/control/people/{number:int}", self._chat),
            Route("/control/people/{number:int}/says", self._says, methods=["POST"]),
            Route("/control/people/{number:int}/sends", self._sends, methods=["POST"]),
        ]

    async def _webhook(self, request: Request) -> Response:
        self._stand_in.webhook_url = (await request.json())["url"]
        return Response(status_code=204)

    async def _meet(self, request: Request) -> Response:
        person = self._stand_in.person(**await request.json())
        number = self._stand_in.people.index(person)
        return JSONResponse({"number": number, "address": person.address}, 201)

    async def _chat(self, request: Request) -> Response:
        return JSONResponse(
            [
                {"inbound": message.inbound, "body": message.body, "audio_bytes": len(message.audio or b"")}
                for message in self._person(request).chat
            ]
        )

    async def _says(self, request: Request) -> Response:
        return JSONResponse(await self._person(request).says((await request.json())["text"]))

    async def _sends(self, request: Request) -> Response:
        media_type = request.headers.get("content-type", "application/octet-stream")
        return JSONResponse(await self._person(request).sends(await request.body(), media_type))

    def _person(self, request: Request) -> Person:
        return self._stand_in.people[request.path_params["number"]]
