"""`./melody db …`."""

from __future__ import annotations

from core.config import Settings
from core.db.upgrade import upgrade as upgrade_database
from core.embedded.servers import EmbeddedServers


def upgrade(settings: Settings) -> int:
    """Migrate the configured database, or the embedded one. Raises ConfigurationError, ServiceUnavailable."""
    if settings.database_url is not None:
        changed = upgrade_database(settings.database_url)
    else:
        with EmbeddedServers(settings.data_dir) as servers:
            changed = upgrade_database(servers.start_postgres())
    print("The database was brought up to date." if changed else "The database is up to date.")
    return 0
