"""A stateful stand-in of LALAL.AI's API, version 1: files, tasks, minutes, links that die.

It takes files, runs tasks that stand at another point at each check, fails them as it is told (with HTTP 200,
as the service does), counts minutes, and answers the 31st check within a minute with 429. What it makes is no
separation: the instrumental is a quarter of the mix. Every request is checked against the published
description; what would not be understood is in `violations`. As a process:
`python -m tests.fakes.lalal --port 8092`.
"""

from tests.fakes.lalal.stand_in import INSTRUMENTAL_SHARE, LalalStandIn, Task

__all__ = ["INSTRUMENTAL_SHARE", "LalalStandIn", "Task"]
