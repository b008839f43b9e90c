"""Open sockets: what is said on them, who they belong to, and how they are kept up to date (docs/live.md)."""
