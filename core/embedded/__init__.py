"""PostgreSQL and Valkey on this machine, and the supervisor behind `melody up`: standard library only."""

from core.embedded.home import Instance, read_instance
from core.embedded.servers import EmbeddedServers

__all__ = ["EmbeddedServers", "Instance", "read_instance"]
