"""What MELODY_STORAGE_URL may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Settings
from core.errors import ConfigurationError
from core.storage_url import FilesPlace, S3Place, parse_storage_url


def test_a_folder() -> None:
    assert parse_storage_url("file:///srv/my%20songs") == FilesPlace(Path("/srv/my songs"))


def test_a_bucket_of_amazon() -> None:
    place = parse_storage_url("s3://songs?region=ap-south-1")
    assert place == S3Place("songs", region="ap-south-1")


def test_a_bucket_elsewhere_with_all_there_is() -> None:
    place = parse_storage_url(
        "s3://AKIA:a%2Fb%3Ac@songs/of/melody/?endpoint_url=https://storage.googleapis.com/&region=auto"
        "&addressing=virtual"
    )
    assert place == S3Place(
        "songs",
        prefix="of/melody/",
        endpoint_url="https://storage.googleapis.com",
        region="auto",
        addressing="virtual",
        key="AKIA",
        secret="a/b:c",
    )
    assert str(place) == "s3://songs/of/melody/ at https://storage.googleapis.com"
    assert "a/b:c" not in repr(place)


def test_a_service_of_ones_own_needs_no_region() -> None:
    place = parse_storage_url("s3://songs?endpoint_url=http://127.0.0.1:9000")
    assert isinstance(place, S3Place)
    assert (place.region, place.addressing) == ("us-east-1", "path")


@pytest.mark.parametrize(
    "url",
    [
        "file://songs",
        "file:songs",
        "ftp://songs",
        "songs",
        "s3://",
        "s3://S",
        "s3:///songs",
        "s3://songs?enpoint_url=http://127.0.0.1",
        "s3://songs?endpoint_url=127.0.0.1:9000",
        "s3://songs?endpoint_url=http://key:topsecret@127.0.0.1",
        "s3://songs?region=",
        "s3://songs?region=a&region=b",
        "s3://songs?addressing=both",
        "s3://songs?ca=/nonexistent",
        "s3://key@songs",
        "s3://:topsecret@songs",
        "s3://key:topsecret@s?region=x",
        "s3://key:topsecret@[::1]bad/",
    ],
)
def test_what_is_wrong_is_one_line_without_the_keys(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.load(storage_url=url)
    assert str(refused.value).startswith("MELODY_STORAGE_URL: ")
    assert "\n" not in str(refused.value)
    assert "topsecret" not in str(refused.value)
