"""What `MELODY_DATABASE_URL` says, and what the driver is to hear of it.

`postgresql://USER:PASSWORD@host:port/name?…`, user and password percent-encoded. The parameters of libpq that
asyncpg knows go to it as they are: `sslmode` (disable, prefer, require, verify-ca, verify-full),
`sslrootcert` (a file, or `system` for the certificates that this machine believes), `sslcert`, `sslkey`.
Ours are:

- `pool_size` (5): each process makes up to twice as many connections, as it needs them, and as many for
  single statements
- `pgbouncer=true`: what is reached there is a pooler in transaction mode: no statement is prepared for longer
  than it runs, and nobody waits for NOTIFY there
- `direct=host:port`: with it, the server itself: for NOTIFY, migrations, imports, backup
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

SCHEMES = {"postgresql", "postgres"}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
POOL_SIZE = 5
_LARGEST_POOL = 200
_OURS = {"pool_size", "pgbouncer", "direct"}
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
SYSTEM = "system"


@dataclass(frozen=True)
class DatabaseAddress:
    """Where the database is, and how it is talked to. Holds the password: not for showing."""

    dsn: str
    direct_dsn: str | None
    """The server itself; None where only a pooler in transaction mode is known."""
    pool_size: int = POOL_SIZE
    pooled: bool = False
    believes_system: bool = False
    """Its certificate is checked, with its name, by what this machine believes."""

    def __repr__(self) -> str:
        return f"DatabaseAddress(pool_size={self.pool_size}, pooled={self.pooled})"

    def options(self, *, direct: bool = False) -> dict[str, Any]:
        """What asyncpg is to connect with. `direct`: to the server itself, where it is known."""
        options: dict[str, Any] = {"dsn": (self.direct_dsn if direct else None) or self.dsn}
        if self.believes_system:
            options["ssl"] = ssl.create_default_context()
        if self.pooled and (not direct or self.direct_dsn is None):
            options["statement_cache_size"] = 0
        return options

    def engine_options(self, *, direct: bool = False) -> dict[str, Any]:
        """The same for SQLAlchemy's way to asyncpg. A statement without a name ends with the next one, and
        behind a pooler a named one might be met by another client."""
        options = self.options(direct=direct)
        if "statement_cache_size" in options:
            options |= {"prepared_statement_cache_size": 0, "prepared_statement_name_func": lambda: ""}
        return options


def parse_database_url(url: str) -> DatabaseAddress:
    """Raises ValueError with a text that names what is wrong, and never the password."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.split("+")[0] not in SCHEMES:
        raise ValueError("must begin with postgresql://")
    try:
        parts = urlsplit(f"postgresql://{rest}")
        given = _parameters(parts.query)
    except ValueError as error:
        raise ValueError(str(error) if "parameter" in str(error) else "is no URL") from None
    _check_port(parts)
    _check(given)
    believes_system = given.get("sslrootcert") == SYSTEM
    passed = {name: value for name, value in given.items() if name not in _OURS}
    if believes_system:
        passed = {name: value for name, value in passed.items() if name not in {"sslrootcert", "sslmode"}}
    pooled = given.get("pgbouncer", "false") == "true"
    dsn = parts._replace(query=urlencode(passed)).geturl()
    direct_dsn: str | None = dsn
    if pooled:
        direct_dsn = None
        if (place := given.get("direct")) is not None:
            sign_in, at, _ = parts.netloc.rpartition("@")
            direct_dsn = parts._replace(netloc=f"{sign_in}{at}{place}", query=urlencode(passed)).geturl()
    return DatabaseAddress(dsn, direct_dsn, _pool_size(given), pooled, believes_system)


def _check_port(parts: SplitResult) -> None:
    if "," in parts.netloc:  # several servers, each with a port of its own
        return
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("the port must be a number from 0 to 65535") from None


def _parameters(query: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        known = "sslmode" if name == "ssl" else name  # as asyncpg's own callers write it
        if known in given:
            raise ValueError(f"the parameter {name} is given twice")
        given[known] = value
    return given


def _check(given: dict[str, str]) -> None:
    mode = given.get("sslmode")
    if mode is not None and mode not in SSL_MODES:
        raise ValueError(f"sslmode must be one of: {', '.join(SSL_MODES)}")
    for name in _FILES:
        value = given.get(name)
        if value is not None and value != SYSTEM and not Path(value).is_file():
            raise ValueError(f"{name} must name a file")
    if given.get("sslrootcert") == SYSTEM and mode not in {None, "verify-full"}:
        raise ValueError("sslrootcert=system needs sslmode=verify-full")
    if given.get("pgbouncer", "false") not in {"true", "false"}:
        raise ValueError("pgbouncer must be true or false")
    direct = given.get("direct")
    if direct is not None:
        if given.get("pgbouncer") != "true":
            raise ValueError("direct is for pgbouncer=true")
        if not direct or any(character in direct for character in "/@?#"):
            raise ValueError("direct must be host:port")


def _pool_size(given: dict[str, str]) -> int:
    text = given.get("pool_size", str(POOL_SIZE))
    if not text.isdecimal() or not 1 <= int(text) <= _LARGEST_POOL:
        raise ValueError(f"pool_size must be a number from 1 to {_LARGEST_POOL}")
    return int(text)
