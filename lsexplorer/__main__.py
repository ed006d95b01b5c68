"""`python -m lsexplorer`."""

from lsexplorer.cli import main

if __name__ == "__main__":
    main()
