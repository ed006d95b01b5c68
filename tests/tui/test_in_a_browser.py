"""What the explorer does otherwise where a browser shows it: its files are the visitor's, and it keeps none here."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App

import lsexplorer as ls
from lsexplorer.limits import LIMITS
from lsexplorer.tui.open.shared import CHOOSE_RUN, RunGiven
from lsexplorer.tui.served import ServedDriver
from tests.support.explorer import Explorer, explorer, new_trainer


class Browser:
    """What was sent to the browser."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.addresses: list[str] = []

    def deliver(self, app: App[None], content: BytesIO, *, save_filename: str, **_: Any) -> None:
        """Take a file, as the driver does at once."""
        self.files[save_filename] = content.read()
        app.post_message(events.DeliveryComplete("key", None, None))


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Browser:
    """The explorer is shown by a browser; the working folder is empty."""
    browser = Browser()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(App, "is_web", True)
    monkeypatch.setattr(App, "deliver_binary", lambda app, content, **how: browser.deliver(app, content, **how))
    monkeypatch.setattr(App, "open_url", lambda app, url, **_: browser.addresses.append(url))
    return browser


async def give(e: Explorer, run: str) -> None:
    """Open a run from the browser."""
    e.app.post_message(RunGiven(run))
    await e.rest()
    await e.app.workers.wait_for_complete()
    await e.rest()


async def test_files_go_to_the_visitor_and_runs_come_from_there(browser: Browser, tmp_path: Path) -> None:
    async with explorer(trainer=new_trainer(5)) as e:
        await e.answer("w", "../../nowhere/run.json")
        assert not e.session.unsaved
        await e.press("W", "t", "enter")
        assert "Sent to your browser: " in e.message
        await e.press("W", "c", "p", "enter")
        names = list(browser.files)
        assert names[0] == "run.json"
        assert [Path(name).suffix for name in names] == [".json", ".csv", ".py", ".npz"]
        (tmp_path / "again.json").write_bytes(browser.files["run.json"])
        again = ls.load_run(tmp_path / "again.json")
        assert again.network.parameters.tobytes() == e.trainer.network.parameters.tobytes()
        (tmp_path / "again.json").unlink()

        await e.press("O", "enter")
        assert browser.addresses == [CHOOSE_RUN]
        await give(e, "iris?hidden=3#step=2")
        assert (e.trainer.step_count, e.hp.hidden) == (2, (3,))
        await give(e, "{}")
        assert "is not an lsexplorer run file" in e.message
        await e.press(" ", "q", "s", "enter")
        assert e.app.return_value is None
        assert len(browser.files) == 5, "the explorer is left when the browser has the run"
    assert list(tmp_path.iterdir()) == []
    assert e.app.keep_runs() == []


async def test_where_memory_ends_there_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    async with explorer(trainer=new_trainer(5)) as e:
        for name in ("goto", "step"):
            monkeypatch.setattr(type(e.trainer), name, lambda *_: bytearray(2**62))
        await e.press("space")
        assert e.message == "There is not enough memory for that."
        await e.press("r")
        assert e.message == "There is not enough memory for that."


@pytest.mark.parametrize(("source", "options", "problem"), [
    ("/etc/passwd", {}, "no other file is read here"), ("-", {}, "no other file is read here"),
    ("own.csv", {"test_file": "other.csv"}, "no other file is read here"),
    ("own.csv", {}, "neither a data set nor a file"),
])  # fmt: skip
def test_limits_of_a_process_that_works_for_a_stranger(
    monkeypatch: pytest.MonkeyPatch, source: str, options: dict[str, str], problem: str
) -> None:
    monkeypatch.setattr(LIMITS, "files", frozenset(["own.csv"]))
    with pytest.raises(ls.InputError, match=problem):
        ls.load_dataset(source, **options)
    assert ls.load_dataset("moons").name == "moons"


def test_networks_have_a_limit(monkeypatch: pytest.MonkeyPatch, iris: ls.Dataset) -> None:
    monkeypatch.setattr(LIMITS, "max_parameters", 35)
    assert ls.Trainer(iris, ls.Hyperparameters(hidden=(4,))).network.parameters.size == 35
    with pytest.raises(ls.InputError, match="43 parameters, more than 35"):
        ls.Trainer(iris, ls.Hyperparameters(hidden=(5,)))


async def test_no_typed_report_changes_the_size() -> None:
    async with explorer(trainer=new_trainer(1)) as e:
        driver = ServedDriver.__new__(ServedDriver)
        driver.process_message(events.Resize.from_dimensions((9000, 9000), None))  # anything else would fail here
        assert e.app.size.width < 9000


FORBIDDEN = """
import os, sys
from lsexplorer.serve.child import forbid, restrict
own, other = sys.argv[1:]
restrict()
forbid([own])
import decimal, lsexplorer.run.share  # modules are found
open(own).read()
for action in (
    lambda: open(other), lambda: open(own, "w"), lambda: open(own + "2", "x"),
    lambda: os.open(other, os.O_RDONLY),
    lambda: os.listdir("/"), lambda: os.scandir(os.path.dirname(own)),
    lambda: os.remove(own), lambda: os.system("true"),
    lambda: os.fork(), lambda: os.mkdir(own + "3"), lambda: __import__("subprocess").run(["true"]),
    lambda: __import__("socket").socket().connect(("127.0.0.1", 9)),
):
    try:
        action()
    except PermissionError:
        continue
    sys.exit(f"line {action.__code__.co_firstlineno} was allowed")
try:
    bytearray(3 * 2**30)
except MemoryError:
    print("refused")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_a_session_reads_its_data_alone_writes_nothing_and_starts_nothing(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.write_text("own")
    other.write_text("other")
    done = subprocess.run([sys.executable, "-c", FORBIDDEN, own, other], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("refused\n", "")
    assert sorted(tmp_path.iterdir()) == [other, own]
