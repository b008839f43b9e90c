"""What `MELODY_REDIS_URL` says: one server, or the sentinels that know which server it is at the moment.

- `redis://:PASSWORD@host:6379/0`, and with TLS `rediss://…`
- `sentinel://:PASSWORD@host:26379,host:26379/0?master=NAME`, with `sentinel_password` where the sentinels
  have one of their own, and `tls=true`

User and password are percent-encoded. With TLS: `ssl_ca_certs` (a file of certificates that are believed,
where the system's do not do), `ssl_certfile`, `ssl_keyfile`, `ssl_check_hostname` (true, false) and
`ssl_cert_reqs` (required, none). Redis Cluster is not among these, for Celery knows no way into one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

if TYPE_CHECKING:
    import redis
    from redis.asyncio import ConnectionPool, Redis

SCHEMES = {"redis", "rediss", "sentinel"}
PORT, SENTINEL_PORT = 6379, 26379
SENTINEL_SECONDS = 1.0
"""For which a sentinel may be silent before the next is asked."""
_FILES = {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"}
_CHOICES: dict[str, dict[str, Any]] = {
    "ssl_check_hostname": {"true": True, "false": False},
    "ssl_cert_reqs": {"required": "required", "none": "none"},
    "tls": {"true": True, "false": False},
}
_SENTINELS = {"master", "sentinel_username", "sentinel_password", "tls"}


@dataclass(frozen=True)
class RedisAddress:
    """Where Redis is. Holds passwords: not for showing."""

    hosts: tuple[tuple[str, int], ...]
    database: int = 0
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: dict[str, Any] | None = None
    """What redis-py's `ssl_…` options are to be; None without TLS."""
    master: str | None = None
    """The hosts are sentinels, and the server is known to them by this name."""
    sentinel_sign_in: dict[str, str] = field(default_factory=dict, repr=False)

    def pool(self, **options: Any) -> ConnectionPool:
        """Connections for one event loop; `options` are redis-py's."""
        from redis.asyncio import Connection, ConnectionPool, SSLConnection

        given = self._options() | options
        if self.master is not None:
            return self._sentinel_pool(given)
        host, port = self.hosts[0]
        kind = Connection if self.tls is None else SSLConnection
        return ConnectionPool(connection_class=kind, host=host, port=port, **given)

    def client(self, **options: Any) -> Redis:
        """Its `aclose` closes the connections."""
        from redis.asyncio import Redis

        return Redis.from_pool(self.pool(**options))

    def blocking_client(self, **options: Any) -> redis.Redis:
        """For a program without an event loop."""
        import redis
        from redis import sentinel

        given = self._options() | options
        if self.master is not None:
            made: Any = sentinel.Sentinel  # which has no types
            sentinels = made(self.hosts, sentinel_kwargs=self._to_sentinels(), ssl=self.tls is not None)
            found: redis.Redis = sentinels.master_for(self.master, **given)
            return found
        host, port = self.hosts[0]
        return redis.Redis(host=host, port=port, ssl=self.tls is not None, **given)

    def broker(self) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
        """For Celery: the URL, what is to be added to the transport's options, and to `broker_use_ssl`."""
        if self.master is None:
            return self._url("redis" if self.tls is None else "rediss", self.hosts[0]), {}, self.tls
        urls = ";".join(self._url("sentinel", host) for host in self.hosts)
        return urls, {"master_name": self.master, "sentinel_kwargs": self._to_sentinels()}, self.tls

    def _sentinel_pool(self, given: dict[str, Any]) -> ConnectionPool:
        from redis.asyncio import sentinel

        class Pool(sentinel.SentinelConnectionPool):
            """Takes the sentinels' connections with it."""

            async def disconnect(self, inuse_connections: bool = True) -> None:
                await super().disconnect(inuse_connections)
                if inuse_connections:
                    for one in self.sentinel_manager.sentinels:
                        await one.aclose()

        made: Any = sentinel.Sentinel  # which has no types, as the pool has none
        sentinels = made(self.hosts, sentinel_kwargs=self._to_sentinels())
        pool: Any = Pool
        opened: ConnectionPool = pool(self.master, sentinels, ssl=self.tls is not None, **given)
        return opened

    def _options(self) -> dict[str, Any]:
        sign_in = {"username": self.username, "password": self.password}
        return {"db": self.database, **sign_in, **(self.tls or {})}

    def _to_sentinels(self) -> dict[str, Any]:
        patience = {"socket_timeout": SENTINEL_SECONDS, "socket_connect_timeout": SENTINEL_SECONDS}
        tls = {} if self.tls is None else {"ssl": True, **self.tls}
        return patience | tls | self.sentinel_sign_in

    def _url(self, scheme: str, host: tuple[str, int]) -> str:
        sign_in = ""
        if self.password is not None:
            sign_in = f"{quote(self.username or '', safe='')}:{quote(self.password, safe='')}@"
        name = f"[{host[0]}]" if ":" in host[0] else host[0]
        return f"{scheme}://{sign_in}{name}:{host[1]}/{self.database}"


def parse_redis_url(url: str) -> RedisAddress:
    """Raises ValueError with a text that names what is wrong, and never a password."""
    scheme = url.partition("://")[0]
    if scheme not in SCHEMES:
        raise ValueError("must begin with redis://, rediss:// or sentinel://")
    try:
        parts = urlsplit(url)
        sign_in, _, places = parts.netloc.rpartition("@")
        hosts = tuple(_host(place, scheme) for place in places.split(","))
    except ValueError:
        raise ValueError("must be like redis://:PASSWORD@host:6379/0, percent-encoded") from None
    if len(hosts) > 1 and scheme != "sentinel":
        raise ValueError("several hosts are sentinels: sentinel://host:26379,host:26379/0?master=NAME")
    given = _parameters(parts, scheme)
    username, _, password = sign_in.partition(":")
    master = given.pop("master", None)
    if scheme == "sentinel" and not master:
        raise ValueError("needs the master's name: sentinel://host:26379/0?master=NAME")
    with_tls = scheme == "rediss" or given.pop("tls", False)
    sentinel_sign_in = {
        name.removeprefix("sentinel_"): given.pop(name)
        for name in ("sentinel_username", "sentinel_password")
        if name in given
    }
    if given and not with_tls:
        raise ValueError(f"{min(given)} is for TLS: rediss://, or tls=true with sentinels")
    return RedisAddress(
        hosts=hosts,
        database=_database(parts.path),
        username=unquote(username) or None,
        password=unquote(password) or None,
        tls={"ssl_cert_reqs": "required", **given} if with_tls else None,
        master=master,
        sentinel_sign_in=sentinel_sign_in,
    )


def _host(place: str, scheme: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname:
        raise ValueError
    return parts.hostname, parts.port or (SENTINEL_PORT if scheme == "sentinel" else PORT)


def _database(path: str) -> int:
    number = path.strip("/") or "0"
    if not number.isdecimal():
        raise ValueError("the database must be a number: redis://host:6379/0")
    return int(number)


def _parameters(parts: SplitResult, scheme: str) -> dict[str, Any]:
    known = (
        _FILES | set(_CHOICES) | _SENTINELS if scheme == "sentinel" else _FILES | (set(_CHOICES) - {"tls"})
    )
    given: dict[str, Any] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in known:
            raise ValueError(f"{name} is none of: {', '.join(sorted(known))}")
        if name in _FILES and not Path(value).is_file():
            raise ValueError(f"{name} must name a file")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise ValueError(f"{name} must be one of: {', '.join(_CHOICES[name])}")
        given[name] = _CHOICES[name][value] if name in _CHOICES else value
    if given.get("ssl_cert_reqs") == "none":
        given.setdefault("ssl_check_hostname", False)
    return given
