"""The command line: one file a command."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The command `lsexplorer`. What takes time is imported here, where Ctrl-C is met."""
    try:
        from lsexplorer.cli import app
    except KeyboardInterrupt:
        sys.exit(130)
    app.main()


__all__ = ["main"]
