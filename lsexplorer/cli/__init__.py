"""The command line: one file a command."""

from lsexplorer.cli.app import main

__all__ = ["main"]
