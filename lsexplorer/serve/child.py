"""What runs for a visitor: gives up all that it does not need, then opens the explorer.

python -m lsexplorer.serve.child '{"run": TEXT, "files": [NAME], "max_parameters": N}' 'TEXT OF THE LINK'
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from lsexplorer.serve.process import SERVER

_NICE = 5
_MEMORY = 2 * 2**30
_PR_SET_PDEATHSIG = 1
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LISTS = ("os.listdir", "os.scandir")
_FORBIDDEN = (
    "os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty", "os.link", "os.mkdir", "os.posix_spawn", "os.remove",
    "os.rename", "os.rmdir", "os.symlink", "os.system", "os.truncate", "socket.bind", "socket.connect",
    "subprocess.Popen",
)  # fmt: skip
"""Python's audit events of what no session does."""


def main() -> NoReturn:
    """Open the explorer; ends with status 2 and one line on standard error where the run cannot be opened."""
    end_with_server(int(os.environ[SERVER]))
    restrict()
    asked, run = json.loads(sys.argv[1]), sys.argv[2]
    forbid(asked["files"])
    from lsexplorer.bank.threads import one_blas_thread
    from lsexplorer.errors import DivergenceError, InputError
    from lsexplorer.limits import LIMITS, REPLAY_SECONDS
    from lsexplorer.run.share import load_shared

    LIMITS.max_parameters, LIMITS.files = asked["max_parameters"], frozenset(asked["files"])
    one_blas_thread()
    try:
        trainer = load_shared(run or asked["run"], max_seconds=REPLAY_SECONDS)
    except InputError as error:
        _refuse(str(error).partition(": --long")[0])
    except DivergenceError as error:
        _refuse(f"training diverged: {error}")
    except MemoryError:
        _refuse("not enough memory: a smaller network or data set needs less")
    from lsexplorer.tui.served import run_served

    sys.exit(run_served(trainer))


def _refuse(reason: str) -> NoReturn:
    print(f"lsexplorer: {reason}", file=sys.stderr)
    sys.exit(2)


def end_with_server(server: int) -> None:
    """Have the kernel kill this process when the server is no more, even if it was killed or this one stopped.

    Elsewhere than on Linux it ends when its standard input does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # it ended before that
        sys.exit(1)


def restrict() -> None:
    """Limit memory, files written and core files, and let other processes go first."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(_NICE)
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_AS, _MEMORY)):
        hard = resource.getrlimit(limit)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))


def forbid(files: Iterable[str]) -> None:
    """From now on this process opens no file but modules and ``files``, writes none, and starts nothing.

    This stands behind the program's own checks, of which none should let it come so far.
    """
    folders = {os.path.realpath(folder) + os.sep for folder in sys.path if folder}
    known = {os.path.realpath(file) for file in (*files, "/proc/self/maps")}  # that is where BLAS libraries are found

    def is_known(name: Any) -> bool:
        path = os.path.realpath(os.fsdecode(name))
        return path in known or path == os.devnull or f"{path}{os.sep}".startswith(tuple(folders))

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            name, _, flags = arguments
            if isinstance(name, int):
                return
            writes = flags & _WRITES if isinstance(flags, int) else False
            if (writes and os.fsdecode(name) != os.devnull) or not is_known(name):
                raise PermissionError(f"a session opens no file of the server: {os.fsdecode(name)}")
        elif event in _FORBIDDEN or (event in _LISTS and not is_known(arguments[0] or ".")):
            raise PermissionError(f"a session does not do this: {event}")

    sys.addaudithook(audit)


if __name__ == "__main__":
    main()
