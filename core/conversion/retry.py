"""How often failed work is tried again, and after which pause."""

from __future__ import annotations

import random

MOST_ATTEMPTS = 8
"""Of one row. More than a crash needs, so that a machine whose processes are killed again and again loses
nothing; few enough that a file which kills its worker is given up."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0


def pause_before(attempt: int) -> float:
    """Seconds to wait after the given attempt (1 is the first), doubling, with jitter."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1)) * random.uniform(1.0, 1.5)
