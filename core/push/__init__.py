"""Web push: a browser that nobody looks at is told that a conversion is done (RFC 8030, 8291, 8292)."""
