"""Among many people: what belongs to one person stays in their private chat."""

from __future__ import annotations

from core.chat.turn import Turn

PRIVATE_ONLY = frozenset(
    {
        "phone",
        "settings",
        "language",
        "library",
        "history",
        "queue",
        "privacy",
        "delete",
        "link",
        "open",
        "playlist",
    }
)
"""Commands whose answers are nobody else's business."""


async def refuses(turn: Turn, command: str) -> bool:
    """Ask the person to come to the private chat for this command; False where it may be answered here."""
    if turn.incoming.is_private or command not in PRIVATE_ONLY:
        return False
    await turn.say("private-only")
    return True
