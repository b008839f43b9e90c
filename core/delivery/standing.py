"""Whether what a status message shows, one job or the songs of a batch, is over: as conditions of SQL."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from core.conversion.models import OPEN, BatchSong, ConversionJob
from core.delivery.models import Delivery


def is_over() -> ColumnElement[bool]:
    """Nothing it shows is waited for any more."""
    return ~_some(ConversionJob.status.in_(OPEN))


def is_being_made() -> ColumnElement[bool]:
    """A worker is at something it shows."""
    return _some(ConversionJob.status == "processing")


def went_well() -> ColumnElement[bool]:
    """All it shows is there: of one job the audio takes its place, of a batch there is nothing to add."""
    leaves_a_word = (
        select(BatchSong.number)
        .where(BatchSong.batch_id == Delivery.batch_id, BatchSong.job_id.is_(None))
        .exists()
    )
    return ~_some(ConversionJob.status != "completed") & ~leaves_a_word


def _some(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """One of the jobs that the status shows is so."""
    its_job = select(ConversionJob.id).where(ConversionJob.id == Delivery.job_id, condition)
    of_batch = (
        select(ConversionJob.id)
        .join(BatchSong, BatchSong.job_id == ConversionJob.id)
        .where(BatchSong.batch_id == Delivery.batch_id, condition)
    )
    return its_job.exists() | of_batch.exists()
