"""The command line: one file a command."""

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command `lsexplorer`. The slow imports happen here, so that Ctrl-C during them exits quietly."""
    # OpenBLAS's threads, of which a command uses one, wait for work at full speed for a while, unless told not to.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    try:
        from lsexplorer.cli import app
    except KeyboardInterrupt:
        sys.exit(130)
    app.main()


__all__ = ["main"]
