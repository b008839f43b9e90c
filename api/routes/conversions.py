"""Conversions: asking for them, seeing how they stand, taking them back."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.cursors import Cursor, cursor_of_jobs, job_place
from api.deps import CurrentPerson, UsesKeys, UsesServices, transaction
from api.errors import problems
from api.schemas.audio import ConversionWish, Job, Jobs, StartedJob, StartedJobs
from core.accounts.repeats import answer_of, remember
from core.accounts.service import user_of
from core.bootstrap import Services
from core.conversion.history import job_page, own_job, own_jobs
from core.errors import JobOver
from core.signing import FileSigner

router = APIRouter(prefix="/api/v1/audio", tags=["audio"])

ASKING_SECONDS = 15.0
"""The longest that fifty songs may take."""
MOST_ITEMS = 100

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="The client's name for this request: sent again within 24 hours it has no second effect "
        "and the same answer",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


@router.post(
    "/convert-to-instrumental",
    status_code=202,
    response_model=StartedJob | StartedJobs,
    responses=problems(401, 404, 409, 422, 429, 503),
)
async def convert(
    body: ConversionWish,
    person: CurrentPerson,
    services: UsesServices,
    keys: UsesKeys,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Have something made of one song, or of up to fifty at once: all of them, or none where one can't be.

    What was made before is completed at once. What the person is having made already is not made twice: its
    job is answered. Errors: `not-found`, `audio-not-offered`, `too-long`, `too-busy`, each with the `song_id`
    that it is about; `idempotency-key-reused` for a key that stood for another request.
    """
    signer = await keys.file_signer()
    asked = hashlib.sha256(body.model_dump_json().encode()).digest()
    async with transaction(services.database, ASKING_SECONDS) as session:
        if idempotency_key is not None:
            await user_of(session, person.user_id)
            known = await answer_of(session, person.user_id, idempotency_key, asked)
            if known is not None:
                return _json(known)
        answer = await _start(session, services, person.user_id, body, signer)
        if idempotency_key is not None:
            await remember(session, person.user_id, idempotency_key, answer)
    return _json(answer)


async def _start(
    session: AsyncSession, services: Services, user_id: UUID, body: ConversionWish, signer: FileSigner
) -> str:
    user = await user_of(session, user_id)
    job_ids = await services.library_desk.ask(session, user, body.songs, body.wish)
    await session.flush()
    jobs = [Job.of(job, signer) for job in await own_jobs(session, user_id, job_ids)]
    if body.song_id is None:
        return StartedJobs(jobs=jobs).model_dump_json()
    return StartedJob(**jobs[0].model_dump(), jobs=jobs).model_dump_json()


def _json(answer: str) -> Response:
    return Response(answer, 202, media_type="application/json")


@router.get("/conversion-status/{job_id}", responses=problems(401, 404, 422, 503))
async def conversion_status(
    job_id: UUID, person: CurrentPerson, services: UsesServices, keys: UsesKeys, response: Response
) -> Job:
    """How a job stands: its progress, its place in the queue, the seconds left, and in the end its file."""
    signer = await keys.file_signer()
    response.headers["Cache-Control"] = "private, no-store"
    async with transaction(services.database) as session:
        return Job.of(await own_job(session, person.user_id, job_id), signer)


@router.get("/conversions", responses=problems(401, 422, 503))
async def conversions(
    person: CurrentPerson,
    services: UsesServices,
    keys: UsesKeys,
    response: Response,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items of a page")] = 20,
    status: Annotated[
        list[Literal["queued", "processing", "completed", "failed", "cancelled"]] | None,
        Query(description="Only those that stand so; may be given several times"),
    ] = None,
) -> Jobs:
    """What the person asked for, here and in their chats, the newest first."""
    signer = await keys.file_signer()
    after = job_place(cursor)
    response.headers["Cache-Control"] = "private, no-store"
    async with transaction(services.database) as session:
        page = await job_page(session, person.user_id, limit=limit, after=after, statuses=status or ())
    items = [Job.of(job, signer) for job in page.jobs]
    return Jobs(items=items, next_cursor=cursor_of_jobs(page.next))


@router.delete("/conversions/{job_id}", status_code=204, responses=problems(401, 404, 409, 422, 503))
async def cancel(job_id: UUID, person: CurrentPerson, services: UsesServices) -> None:
    """No longer want it; one that is cancelled already stays so. Errors: `job-over` when it is finished."""
    async with transaction(services.database) as session:
        if await services.conversion.cancel(session, person.user_id, job_id):
            return
        job = await own_job(session, person.user_id, job_id)
        if job.view.status != "cancelled":
            raise JobOver(f"job {job_id} is {job.view.status}")
