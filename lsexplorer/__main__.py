"""`python -m lsexplorer`."""

from lsexplorer.cli.app import main

main()
