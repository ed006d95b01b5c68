"""The explorer in a session, as a visitor without a browser sees it."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.run.share import load_shared
from tests.serve.test_sessions import gone
from tests.support.served import command, descendants, opened, visiting

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


async def test_a_run_is_saved_and_opened_again_bit_for_bit(tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with command("iris", "--hidden", "5", cwd=tmp_path) as (_, port):
        async with visiting(port) as visitor, opened(visitor) as terminal:
            await terminal.wait_for("step 0")
            for number in range(1, 6):
                await terminal.press(" ")
                await terminal.wait_for(f"step {number} ·")
            await terminal.press("s")
            await terminal.press(" ")
            await terminal.wait_for("step 6 ·")
            await terminal.press("w")
            await terminal.wait_for("Save the run as")
            await terminal.press("\r")
            name, run = await terminal.file()
            assert name == "iris-run.json"
            await terminal.press("W")
            await terminal.wait_for("The table is")
            await terminal.press("h")
            await terminal.wait_for("Write the history")
            await terminal.press("\r")
            name, history = await terminal.file()
            assert (name, history[:5]) == ("iris-history.csv", b"step,")
            await terminal.press("0")
            await terminal.wait_for("step 0 ·")
            await terminal.screen.say("run", run.decode())
            await terminal.wait_for("step 6 ·")
            await terminal.press("w")
            await terminal.wait_for("Save the run as")
            await terminal.press("\r")
            assert (await terminal.file())[1] == run
    (tmp_path / "run.json").write_bytes(run)
    trainer = ls.load_run(tmp_path / "run.json")
    assert not trainer.note
    assert trainer.step_count == 6
    assert [event.step for event in trainer.events] == [5]
    (tmp_path / "run.json").unlink()
    assert sorted(tmp_path.iterdir()) == before


async def test_a_link_opens_a_run_and_no_file_of_the_server(tmp_path: Path) -> None:
    own, secret = tmp_path / "own.csv", tmp_path / "secret.csv"
    rows = "a,b,class\n" + "".join(f"{i}.5,{i * i % 7},{'xy'[i % 2]}\n" for i in range(40))
    own.write_text(rows)
    secret.write_text(rows)
    refused = {
        f"{secret}?hidden=5": "no other file is read",
        f"{own}?test_file={secret}": "no other file is read",
        "/etc/passwd": "no other file is read",
        "-": "no other file is read",
        "iris?hidden=4096": "more than 3,000",
        "iris?hidden=5#step=90000000": "would take about",
        "iris?nonsense=1": "nonsense",
        "moons?samples=1000000000": "",
    }
    with command(str(own), "--max-parameters", "3000") as (_, port):
        async with visiting(port) as visitor:
            for run, reason in refused.items():
                async with opened(visitor, run) as terminal:
                    heading, text = await terminal.screen.ending()
                    assert heading == "Could not start"
                    assert reason in text.lower()
                    assert "--long" not in text
            async with opened(visitor, "iris?hidden=4&label_smoothing=0.1#3.l2=0.01&step=4") as terminal:
                text = await terminal.wait_for("step 4 ·")
                assert "4-4-3" in text
                await terminal.press("S")
                text = await terminal.wait_for("as a text")
                (line,) = [line for line in text.splitlines() if "iris?" in line]
                shared = line.partition("iris?")[2].partition("│")[0].strip()
                assert load_shared(f"iris?{shared}").step_count == 4
                await terminal.press("\x1b")
                await terminal.wait_for(lambda text: "as a text" not in text)
                await terminal.press("O")
                await terminal.wait_for("Open a run")
                await terminal.press(f"{secret}\r")
                await terminal.wait_for("no other file is read")
                await terminal.press("\x1b[48;9000;9000;9000;9000t")  # a terminal's report of another size
                run = json.dumps({
                    "format": "lsexplorer run", "version": 2, "events": [], "steps": 0, "hyperparameters": {},
                    "data": {"name": "x", "sha256": "0", "source": str(secret), "options": {}},
                })  # fmt: skip
                await terminal.press(" ")
                await terminal.wait_for("step 5 ·")
                await terminal.screen.say("run", run)
                await terminal.wait_for("the run file: no other file")
            async with opened(visitor) as terminal:
                assert "own" in await terminal.wait_for("step 0 ·")


async def test_a_visitor_does_not_learn_where_the_data_lie(tmp_path: Path) -> None:
    rows = "a,b,class\n" + "".join(f"{i}.5,{i * i % 7},{'xy'[i % 2]}\n" for i in range(40))
    for name in ("own.csv", "later.csv"):
        (tmp_path / name).write_text(rows)
    given = [str(tmp_path / "own.csv"), "--test", str(tmp_path / "later.csv")]
    with command(*given) as (_, port):
        async with visiting(port) as visitor, opened(visitor) as terminal:
            await terminal.wait_for("step 0 ·")
            await terminal.press("S")
            text = await terminal.wait_for("as a text")
            assert "own.csv?test_file=later.csv" in text
            await terminal.press("\x1b")
            await terminal.wait_for(lambda text: "as a text" not in text)
            await terminal.press(" ")
            await terminal.wait_for("step 1 ·")
            await terminal.press("w")
            await terminal.wait_for("Save the run as")
            await terminal.press("\r")
            run = (await terminal.file())[1]
            assert str(tmp_path).encode() not in run
            await terminal.press("0")
            await terminal.wait_for("step 0 ·")
            await terminal.screen.say("run", run.decode())
            await terminal.wait_for("step 1 ·")
    (tmp_path / "run.json").write_bytes(run)
    assert ls.load_run(tmp_path / "run.json").step_count == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_no_process_is_left_after_the_server(number: signal.Signals) -> None:
    with command() as (process, port):
        async with visiting(port) as visitor, opened(visitor) as one, opened(visitor) as two:
            await one.wait_for("step 0 ·")
            await two.wait_for("step 0 ·")
            sessions = descendants(process.pid)
            assert len(sessions) == 2
            os.kill(sessions[0], signal.SIGSTOP)
            process.send_signal(number)
            for pid in sessions:
                await gone(pid)
            status = await asyncio.to_thread(process.wait)
            assert status == (-9 if number == signal.SIGKILL else 128 + number)
