"""`python -m core.commands.serve_player PORT`: Angular's dev server, which builds the player as it is edited.

This process becomes Node; what is missing in `node_modules` is installed before.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from core.commands.build_player import NODE_WANTED, WEBAPP, Builder, find_node
from core.errors import MelodyError

HERE = "127.0.0.1"


def main(port: str) -> NoReturn:
    """Ends with a line and exit code 1 where the dev server can't be started."""
    node = find_node()
    if node is None:
        sys.exit(f"the player's dev server takes {NODE_WANTED}")
    try:
        Builder().install_alone()
    except (MelodyError, OSError) as error:
        sys.exit(getattr(error, "detail", "") or str(error))
    os.chdir(WEBAPP)
    os.environ |= {"NG_CLI_ANALYTICS": "false", "NO_COLOR": "1"}
    angular = str(WEBAPP / "node_modules" / "@angular" / "cli" / "bin" / "ng.js")
    os.execv(
        node, [node, angular, "serve", f"--host={os.environ.get('MELODY_HOST', HERE)}", f"--port={port}"]
    )


if __name__ == "__main__":
    main(sys.argv[1])
