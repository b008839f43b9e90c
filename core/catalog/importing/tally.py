"""What an import did: counted while it runs, told when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MOST_REMARKS = 20


@dataclass
class Tally:
    """Counts of lines or files; remarks hold the first of those that were not taken."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    """Lines whose song stands earlier in the file."""
    gone: int = 0
    """Files that were there before."""
    refused: int = 0
    remarks: list[str] = field(default_factory=list)
    """`line 7: not JSON`: at most `MOST_REMARKS`."""
    fraction: float = 0.0
    """How much is done, 0 to 1."""

    @property
    def written(self) -> int:
        return self.new + self.changed

    @property
    def unsaid(self) -> int:
        """How many more there are than remarks."""
        return self.refused + self.repeated - len(self.remarks)

    def refuse(self, where: str, reason: str) -> None:
        self.refused += 1
        self._remark(where, reason)

    def repeat(self, where: str) -> None:
        self.repeated += 1
        self._remark(where, "the same song as on an earlier line")

    def _remark(self, where: str, reason: str) -> None:
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(f"{where}: {reason}")


Watch = Callable[[Tally], None]
"""Called again and again while an import goes on."""


def unwatched(tally: Tally) -> None:
    """For imports that nobody watches."""
