"""`python -m lsexplorer`."""

from lsexplorer.cli import main

main()
