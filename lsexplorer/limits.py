"""What this process does not do because it works for a stranger; it applies to every room, once it is set."""

from dataclasses import dataclass

from lsexplorer.errors import InputError

REPLAY_SECONDS = 20.0
"""A stranger's run that would take longer to train again is not opened."""


@dataclass
class Limits:
    """The limits of this process; without a stranger there are none of these."""

    max_parameters: int | None = None
    """Most parameters of one network."""
    files: frozenset[str] | None = None
    """The only files that data are read from; None for any file."""

    def check_file(self, name: str) -> None:
        """Raise InputError for a file that is not to be read."""
        if self.files is not None and name not in self.files:
            raise InputError("no other file is read here than the one that is served; built-in data go by their names")


LIMITS = Limits()
"""Those of this process."""
