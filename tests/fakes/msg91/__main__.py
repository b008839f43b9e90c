"""`python -m tests.fakes.msg91 --port 8091`: the stand-in as a process, until Ctrl-C or SIGTERM."""

from tests.fakes.msg91.stand_in import Msg91StandIn
from tests.fakes.sources.base import run_as_process

if __name__ == "__main__":
    run_as_process(lambda host, port: Msg91StandIn(host=host, port=port), "msg91")
