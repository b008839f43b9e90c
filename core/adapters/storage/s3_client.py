"""The connection to an S3 service, and its errors in our words.

boto3 (Amazon's own library, kept up to date) speaks the protocol. What is special here makes it work with
every service that speaks S3: checksums only where they are asked for (newer ones are not known everywhere),
signed bodies instead (each service knows those, and refuses bytes that changed on their way).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import ConfigurationError, MelodyError, NotFound, ServiceUnavailable
from core.storage_url import S3Place

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
"""For which the service may be silent."""
TRIES = 4
"""Of each call, with pauses that grow and vary, where trying again may help."""

ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
OPERATORS = {
    "NoSuchBucket": "there is no such bucket",
    "AccessDenied": "the keys may not do that in this bucket",
    "403": "the keys may not do that in this bucket",
    "AllAccessDisabled": "the keys may not do that in this bucket",
    "InvalidAccessKeyId": "the service does not know the key",
    "InvalidAccessKey": "the service does not know the key",
    "SignatureDoesNotMatch": "the secret does not belong to the key",
    "InvalidSecurity": "the service does not know the key",
    "ExpiredToken": "the keys have expired",
    "InvalidToken": "the keys have expired",
    "RequestTimeTooSkewed": "this machine's clock is wrong",
    "AuthorizationHeaderMalformed": "the bucket is in another region",
    "PermanentRedirect": "the bucket is in another region",
    "301": "the bucket is in another region",
    "IllegalLocationConstraintException": "the bucket is in another region",
    "InvalidBucketName": "the service does not take this bucket's name",
}
"""What the operator has to mend, by the service's codes."""


def connect(place: S3Place, *, connections: int) -> Any:
    """A client; opens no connection yet. Takes a fifth of a second, so make it in a thread."""
    import boto3
    from botocore.config import Config

    with errors_in_our_words():
        return boto3.session.Session().client(
            "s3",
            endpoint_url=place.endpoint_url,
            region_name=place.region,
            aws_access_key_id=place.key,
            aws_secret_access_key=place.secret,
            verify=place.ca,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": place.addressing, "payload_signing_enabled": True},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                max_pool_connections=connections,
                tcp_keepalive=True,
                user_agent_extra="melody-studio",
            ),
        )


@contextmanager
def errors_in_our_words() -> Iterator[None]:
    """Raises NotFound, ConfigurationError for what the operator has to mend, else ServiceUnavailable."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise _of_answer(error.response) from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        cause = error.__cause__ or error.__context__
        if isinstance(error, Boto3Error) and isinstance(cause, ClientError):
            raise _of_answer(cause.response) from error
        raise _of_library(error) from error


def _of_answer(response: dict[str, Any]) -> MelodyError:
    code = str(response.get("Error", {}).get("Code", ""))
    if code in ABSENT:
        return NotFound("no such object")
    if code in OPERATORS:
        return ConfigurationError(f"MELODY_STORAGE_URL: {OPERATORS[code]} ({code})")
    return ServiceUnavailable(f"storage: the S3 service answers {code or 'nothing we understand'}")


def _of_library(error: Exception) -> MelodyError:
    """Of an error without an answer. Its text may name addresses and keys: only its kind is told."""
    from botocore import exceptions as botocore

    if isinstance(error, botocore.NoCredentialsError | botocore.PartialCredentialsError):
        return ConfigurationError(
            "MELODY_STORAGE_URL: there are no keys for it: s3://KEY:SECRET@bucket, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY"
        )
    if isinstance(error, botocore.NoRegionError | botocore.InvalidRegionError):
        return ConfigurationError("MELODY_STORAGE_URL: needs the bucket's region: &region=…")
    if isinstance(error, botocore.ProfileNotFound | botocore.ConfigNotFound):
        return ConfigurationError("MELODY_STORAGE_URL: AWS_PROFILE names a profile that is not there")
    if isinstance(error, botocore.SSLError):
        return ConfigurationError("MELODY_STORAGE_URL: the service's certificate is not believed: &ca=FILE")
    return ServiceUnavailable(f"storage: no answer from the S3 service ({type(error).__name__})")
