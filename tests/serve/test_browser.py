"""The page in headless Chromium: what a visitor sees, types and is given."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

import lsexplorer as ls
from tests.support.served import command, descendants
from tests.support.serving import CODE

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[browser]'")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")]
MILLISECONDS = 60_000.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Page:
    """A page, and the text of its terminal: what came over its connection, as pyte draws it."""

    def __init__(self, browser: Any, port: int) -> None:
        self.tab = browser.new_page(viewport={"width": 1300, "height": 900})
        self.tab.set_default_timeout(MILLISECONDS)
        self.base = f"http://127.0.0.1:{port}/"
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._screen = pyte.Screen(300, 120)
        self._stream = pyte.ByteStream(self._screen)
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.on("pageerror", lambda error: self.errors.append(str(error)))
        self.tab.on("console", self._hear)
        self.tab.on("websocket", lambda socket: socket.on("framereceived", self._see))

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "status of" not in message.text:  # 401 of the page that asks for the code
            self.errors.append(message.text)

    def _see(self, frame: Any) -> None:
        if isinstance(frame, bytes):
            self._stream.feed(frame)

    def enter(self, query: str = "") -> None:
        """Open the page with the code in its address, up to the first frame."""
        self.tab.goto(f"{self.base}{query}#{CODE}")
        self.tab.wait_for_selector("#cover", state="hidden")

    def wait_for(self, text: str) -> None:
        """Wait until the terminal shows a text."""
        for _ in range(int(MILLISECONDS / 50)):
            if any(text in line for line in self._screen.display):
                return
            self.tab.wait_for_timeout(50)
        raise AssertionError("\n".join(self._screen.display))

    def press(self, key: str, text: str) -> None:
        """Press a key, and wait for what it leads to."""
        self.tab.keyboard.press(key)
        self.wait_for(text)

    def cover(self, heading: str) -> str:
        """Wait until the page says something in the terminal's place; the sentence below."""
        self.tab.wait_for_function("heading => document.getElementById('heading').textContent === heading", arg=heading)
        return str(self.tab.inner_text("#text"))


def test_a_visitor_enters_trains_saves_and_opens_again(browser: Any, tmp_path: Path) -> None:
    with command("--hidden", "5", "--sessions", "1") as (process, port):
        page = Page(browser, port)
        page.tab.goto(page.base)
        page.tab.fill("#code", "a guess")
        page.tab.keyboard.press("Enter")
        page.tab.wait_for_selector("#problem:not(:empty)")
        assert page.tab.inner_text("#problem") == "That is not the code."
        page.tab.fill("#code", CODE.upper().replace("-", " "))
        page.tab.keyboard.press("Enter")
        page.tab.wait_for_selector("#cover", state="hidden")
        page.press("Space", "step 1 ·")  # the keyboard is the terminal's at once
        page.press("s", "smoothing")
        page.press("Space", "step 2 ·")
        page.press("w", "Save the run as")
        with page.tab.expect_download() as download:
            page.tab.keyboard.press("Enter")
        assert download.value.suggested_filename == "iris-run.json"
        file = tmp_path / "run.json"
        download.value.save_as(file)
        trainer = ls.load_run(file)
        assert (trainer.step_count, trainer.note) == (2, "")
        page.press("Space", "step 3 ·")
        page.press("O", "Open a run")
        with page.tab.expect_file_chooser() as chooser:
            page.tab.keyboard.press("Enter")
        chooser.value.set_files(file)
        page.wait_for("step 2 ·")
        other = Page(browser, port)
        other.tab.goto(f"{other.base}#{CODE}")
        other.tab.wait_for_selector("text=No place is free")
        page.press("q", "No file has this run: iris, step 3")
        page.tab.keyboard.press("d")
        assert page.cover("You have left the explorer") == "What was not saved is gone."
        page.tab.click("#again")
        page.tab.wait_for_selector("#cover", state="hidden")
        (session,) = descendants(process.pid)
        os.kill(session, signal.SIGKILL)
        page.cover("An error closed the explorer")
        page.tab.goto(f"{page.base}?run=iris%3Fhidden%3D4096,4096")
        assert page.cover("Could not start").startswith("A network 4-4096-4096-3 has 16,8")
        page.enter("?iris?hidden=3&l2=0.01")
        page.wait_for("4-3-3")
        process.kill()
        assert "The run is gone" in page.cover("The connection was lost")
        assert page.errors == []
        elsewhere = [url for url in page.requests if not url.startswith((page.base, f"blob:{page.base}", "data:"))]
        assert elsewhere == []
        page.tab.close()
        other.tab.close()
