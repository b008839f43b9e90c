"""Stand-ins of what lies between us and a server."""
