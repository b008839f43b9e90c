"""`./melody db …`."""

from __future__ import annotations

from core.config import Settings
from core.db.upgrade import upgrade as upgrade_database
from core.embedded.servers import EmbeddedServers


def upgrade(settings: Settings) -> int:
    """Migrate the configured database, or the embedded one. Raises ConfigurationError, ServiceUnavailable."""
    if settings.database_url is not None:
        upgrade_database(settings.database_url)
    else:
        with EmbeddedServers(settings.data_dir) as servers:
            upgrade_database(f"postgresql+asyncpg://{servers.start_postgres().partition('://')[2]}")
    print("The database is up to date.")
    return 0
