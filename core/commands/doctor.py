"""`./melody doctor`: one line for each thing that has to work, and what to do about those that do not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from redis.exceptions import RedisError

from core.bootstrap import Services, build
from core.config import Settings
from core.db.session import DATABASE_ERRORS
from core.db.upgrade import inspect_database, newest_revision
from core.embedded.servers import EmbeddedServers
from core.errors import ConfigurationError, MelodyError, ServiceUnavailable
from core.ports import HasAccount, OtpSender
from core.push.vapid import key_of_file, public_key
from core.signin.keys import ring_of_file

CHECK_SECONDS = 10.0
UNASKED = {"internet_archive"}
"""Sources that are there without being configured: a machine without a network is not broken."""


def doctor(settings: Settings) -> int:
    """Check everything; exit code 1 when something is broken."""
    print(f"ok      configuration: data in {settings.data_dir}, {_mode(settings)}")
    with ExitStack() as stack:
        return asyncio.run(_check_all(_with_servers(settings, stack)))


def _mode(settings: Settings) -> str:
    return "production" if settings.is_production else "development"


def _with_servers(settings: Settings, stack: ExitStack) -> Settings:
    """The same settings with the embedded servers, running or started for the check."""
    if settings.database_url is not None and settings.redis_url is not None:
        return settings
    servers = stack.enter_context(EmbeddedServers(settings.data_dir))
    overrides = {
        "database_url": settings.database_url or servers.start_postgres(),
        "redis_url": settings.redis_url or servers.start_valkey(),
        "data_dir": settings.data_dir,
    }
    return Settings.load(**overrides)


async def _check_all(settings: Settings) -> int:
    services = build(settings)
    try:
        results = [await _run(name, check(services)) for name, check in CHECKS.items()]
        results += [
            await _run(f"engine {name}", _engine(services, name)) for name in services.engines.choices
        ]
        for name, channel in services.channels.items():
            if not channel.capabilities.collected:
                results.append(await _run(name, channel.check()))
        if services.whatsapp is not None:
            results.append(await _run("whatsapp content", services.whatsapp.templates.check()))
        if services.otp_sender is None:
            print("off     text messages: set MELODY_MSG91_AUTH_KEY for sign-in by phone")
        else:
            results.append(await _run("text messages", _text_messages(services, services.otp_sender)))
        results.append(await _run("access tokens", _access_tokens(services)))
        if settings.vapid_subject is None and settings.vapid_private_key_file is None:
            print("off     push messages: set MELODY_VAPID_SUBJECT to tell browsers that a song is ready")
        else:
            results.append(await _run("push messages", _push_messages(services)))
        for name, source in services.sources.items():
            unasked = name in UNASKED
            is_well = await _run(
                f"source {name}", source.check(), otherwise="away  " if unasked else "broken"
            )
            results.append(is_well or unasked)
    finally:
        await services.close()
    return 0 if all(results) else 1


async def _run(name: str, check: Awaitable[str], *, otherwise: str = "broken") -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            said = await check
    except TimeoutError:
        print(
            f"{otherwise}  {name}: no answer in {CHECK_SECONDS:g} seconds; look at its address, and ask again"
        )
        return False
    except (MelodyError, RedisError, *DATABASE_ERRORS) as error:
        reason = (error.detail if isinstance(error, MelodyError) else "") or type(error).__name__
        print(f"{otherwise}  {name}: {reason}")
        return False
    print(f"ok      {name}: {said}")
    return True


async def _storage(services: Services) -> str:
    await services.store.check()
    return str(services.settings.storage_place)


async def _database(services: Services) -> str:
    revision = await inspect_database(services.database.url)
    if revision is not None and revision > newest_revision():
        return f"PostgreSQL answers, schema {revision} of a newer version than this"
    if revision != newest_revision():
        return "PostgreSQL answers; its schema is brought up to date at the next start"
    return f"PostgreSQL answers, schema {revision}"


async def _broker(services: Services) -> str:
    try:
        await services.redis.ping()
    except RedisError as error:
        raise ServiceUnavailable(f"Redis does not answer ({type(error).__name__})") from error
    return "Redis answers"


async def _text_messages(services: Services, sender: OtpSender) -> str:
    said = await sender.check()
    trouble = await services.code_sender.trouble()
    if trouble is not None:
        raise ConfigurationError(f"{trouble} (the last code that was to be sent)")
    return said


async def _access_tokens(services: Services) -> str:
    path = services.settings.jwt_private_key_file
    if path is None:
        return "signed with a key of this installation, which it makes and changes by itself"
    ring = ring_of_file(path)
    return f"signed with the first key of {path} (kid {ring.kid}), {len(ring.public)} believed"


async def _push_messages(services: Services) -> str:
    """Which key browsers subscribe for: with another one all subscriptions are worthless."""
    if services.settings.vapid_subject is None:
        raise ConfigurationError("MELODY_VAPID_SUBJECT: is needed too, web push is configured by half")
    path = services.settings.vapid_private_key_file
    if path is not None:
        return f"the key of {path}, public key {public_key(key_of_file(path))}"
    if await inspect_database(services.database.url) != newest_revision():
        return "a key of this installation, made at the next start"
    return f"a key of this installation, public key {public_key(await services.vapid_key())}"


async def _engine(services: Services, name: str) -> str:
    engine = services.engines.chosen(name)
    await asyncio.to_thread(engine.prepare)
    said = await asyncio.to_thread(engine.check) if isinstance(engine, HasAccount) else ""
    return f"{engine.engine}, {said}" if said else f"{engine.engine} in {services.settings.models_path}"


CHECKS: dict[str, Callable[[Services], Awaitable[str]]] = {
    "storage": _storage,
    "database": _database,
    "broker": _broker,
}
