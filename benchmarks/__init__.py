"""Timings of lsexplorer; never part of the tests. `python -m benchmarks.NAME` from the repository's top folder."""
