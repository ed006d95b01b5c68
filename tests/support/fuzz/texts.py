"""Texts that are read: settings, ranges and command lines."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import click
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.cli.app import COMMANDS, cli
from lsexplorer.limits import LIMITS
from lsexplorer.run.hyperparameters import parse, schema, show
from lsexplorer.serve.server import Server
from lsexplorer.study.sweep.grid import parse_vary
from tests.support.command import run
from tests.support.fuzz.harness import LONGEST_MESSAGE, folder, line

# fmt: off
TEXTS = [
    "0", "1", "-1", "2", "10", "100000000", "0.5", "1e-300", "1e300", "1e400", "nan", "-inf", "8,4", "3;4", "1,,2",
    ".8,.1,.1;.1,.8,.1;.1,.1,.8", "٣", "½", "1_0", "0x10", "true", "off", "softmax", "l2=0,1", "l2=0:1:0.1",
    "l2=1e-300:1e300:log9", "1:2", "1e-7:1e-1", "ü\x1b[31m", "[bold]x", "--help", "-", "=", ":", "", " ",
    "\n", "a" * 500, "9" * 400,
]
# fmt: on
texts = st.sampled_from(TEXTS) | st.text(max_size=12) | st.text("0123456789.,;:-+e=log_ ", max_size=12)


def read_setting(case: tuple[str, str]) -> bool:
    """A hyperparameter as text: refused, or shown as a text that means the same."""
    name, text = case
    try:
        value = parse(name, text)
    except ls.InputError as error:
        return line(error)
    assert parse(name, show(name, value)) == value
    return True


def read_range(text: str) -> bool:
    """What a sweep varies: refused, or a name and finite numbers."""
    try:
        name, found = parse_vary(text)
    except ls.InputError as error:
        return line(error)
    assert name in ls.Hyperparameters().as_dict() or name in [entry.name for entry in schema()]
    assert found
    assert all(map(math.isfinite, found))
    return True


FIELDS = [entry.name for entry in schema()]

# The command line

QUICK = {"epochs": "1", "seeds": "10", "cores": "0", "steps": "3", "only": "2"}
"""What options of much work are given, besides wrong values; always, since their defaults take long."""


GOOD = {
    "vary": ["l2=0,0.1", "label_smoothing=0:0.4:0.2"],
    "out": ["x.csv", "new.csv", "new.npz", "new.tsv", "new.svg"],
    "save": ["x.json", "new.json"],
    "markdown": ["new.md", "x.csv"],
    "strengths": ["1e-4:1e-1"],
    "size": ["80x24", "1x1"],
    "test_file": ["x.csv"],
    "soft_targets": ["0.9", ".8,.1,.1;.1,.8,.1;.1,.1,.8"],
    "hidden": ["4,3", "2", ""],
}
"""Right values that cannot be read off the option's own help."""


def option_values(param: click.Parameter) -> st.SearchStrategy[str]:
    """Values of an option, right ones and wrong ones."""
    name = str(param.name)
    if name in QUICK:
        return st.sampled_from([QUICK[name]] * 9 + ["0", "-1", "x", "", "1e3", "100000000000"])
    if name == "scheduler":
        return st.sampled_from(["", "tcp://", "tcp://127.0.0.1:1", "x"])
    metavar = param.make_metavar(click.Context(click.Command(""))).strip("[]")
    good = GOOD.get(name) or (metavar.split("|") if "|" in metavar else ["0.1", "4", "iris", "class"])
    return st.sampled_from(good * (3 * len(TEXTS) // len(good)) + TEXTS)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command with a few of its options, and arguments."""
    name = draw(st.sampled_from(list(COMMANDS)))
    command = cli.commands[name]
    args = [name]
    for param in draw(st.lists(st.sampled_from(command.params), max_size=5)):
        if isinstance(param, click.Argument):
            args.append(draw(st.sampled_from(["iris", "penguins", "missing.csv", "x.csv", "x.json"]) | texts))
            continue
        args.append(draw(st.sampled_from([*param.opts, *param.secondary_opts])))
        if not getattr(param, "is_flag", False) and draw(st.integers(0, 9)):
            args.append(draw(option_values(param)))
    for option, value in QUICK.items():
        if option in {param.name for param in command.params} and f"--{option}" not in args:
            args += [f"--{option}", value]
    if name == "patterns":
        args.append("iris")  # else it is mnist
    return args


async def _serve_at_once(server: Server, started: Callable[[], None]) -> int:
    """Listen, and end as if no signal had been needed for it."""
    await server.start()
    started()
    await server.stop()
    return -128  # exit status 0


@contextmanager
def _served_and_stopped() -> Iterator[None]:
    """`serve` does not wait for a signal, opens no browser, and its limit is not that of the commands after it."""
    with (
        patch.object(Server, "serve", _serve_at_once),
        patch("webbrowser.open"),
        patch.object(LIMITS, "max_parameters", LIMITS.max_parameters),
    ):
        yield


def give_command(args: list[str]) -> bool:
    """A command line: done, or refused with exit status 2 and a line."""
    with folder():
        Path("x.csv").write_text("a,b,class\n" + "1,2,u\n2,1,v\n3,5,w\n" * 5)
        ls.Trainer(ls.load_dataset("iris")).save("x.json")
        before = {path.name: path.read_bytes() for path in Path.cwd().iterdir()}
        with _served_and_stopped():
            code, _, err = run(*args)
        assert code in (0, 2), (code, err)
        assert "Traceback" not in err
        if code == 2:
            last = err.splitlines()[-1]
            assert last.startswith("lsexplorer: "), err
            assert last.isprintable(), err
            assert len(last) < LONGEST_MESSAGE
        if "--force" not in args:
            assert before.items() <= {path.name: path.read_bytes() for path in Path.cwd().iterdir()}.items()
    return code == 0
