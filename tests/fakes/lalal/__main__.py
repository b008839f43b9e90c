"""`python -m tests.fakes.lalal --port 8092`: the stand-in as a process, until Ctrl-C or SIGTERM."""

from tests.fakes.lalal.stand_in import LalalStandIn
from tests.fakes.sources.base import run_as_process

if __name__ == "__main__":
    run_as_process(lambda host, port: LalalStandIn(host=host, port=port), "lalal")
