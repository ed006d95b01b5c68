"""The command line: one file a command."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command `lsexplorer`. The slow imports happen here, so that Ctrl-C during them exits quietly."""
    try:
        from lsexplorer.cli import app
    except KeyboardInterrupt:
        sys.exit(130)
    app.main()


__all__ = ["main"]
