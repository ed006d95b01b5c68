"""The screen as a whole: how it folds, the help, the command palette, the footer."""

import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from lsexplorer.nn.losses import LOSSES, signal_of
from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.commands import COMMANDS, Command
from lsexplorer.tui.help import HelpScreen
from lsexplorer.tui.help import screens as explained_screens
from lsexplorer.tui.pictures import PICTURES
from tests.support.explorer import WIDE, Explorer, alone, explorer, new_trainer, one_screen, table
from tests.support.helpers import slow


def shows_whole(e: Explorer, title: str) -> bool:
    """Whether a pane with this title has a frame on the screen."""
    return f"╭─ {title}" in e.text


async def test_the_layout_folds_and_unfolds_with_the_terminal() -> None:
    async with explorer(size=(112, 32)) as e:
        panes = ("Hyperparameters", "Next step", "Weights into o1", "Weight norms", "Loss")
        assert all(shows_whole(e, pane) for pane in panes)
        for size in ((111, 32), (112, 31), (80, 20)):
            await e.resize(*size)
            assert [shows_whole(e, pane) for pane in panes] == [False, True, True, False, False], size
            assert "o3" in table(e.text, "Next step")
            assert "step 0 · epoch 0 · paused" in e.status
            assert "space step" in e.text.splitlines()[-1]
        await e.resize(112, 32)
        assert all(shows_whole(e, pane) for pane in panes)


async def test_a_terminal_that_is_too_small_is_told_so_and_may_still_quit() -> None:
    async with explorer(size=(79, 20)) as e:
        for size in ((79, 20), (80, 19), (40, 8)):
            await e.resize(*size)
            words = " ".join(e.text.split())
            assert "lsexplorer needs 80×20" in words, size
            assert f"{size[0]}×{size[1]}." in words, size
            assert "q quits" in words, size
            assert "Next step" not in words, size
        await e.resize(80, 20)
        assert "lsexplorer needs" not in e.text
        assert shows_whole(e, "Next step")
        await e.resize(40, 10)
        await e.press("q")
        assert e.app.return_code == 0


async def test_folded_v_turns_all_panes() -> None:
    async with explorer(size=(80, 24), trainer=new_trainer(16)) as e:
        for title in ("Weights into o1", "Weight norms", "Loss", "Accuracy", "Logit gap", "Weights into o1"):
            panes = [
                pane for pane in ("Weights into", "Weight norms", "Loss", "Accuracy", "Logit gap") if pane in e.text
            ]
            assert shows_whole(e, title)
            assert len(panes) == 1
            await e.press("v")


async def test_folded_the_form_comes_on_a_key_and_goes_on_esc() -> None:
    async with explorer(size=(80, 24)) as e:
        await e.press("f")
        assert shows_whole(e, "Hyperparameters")
        assert e.focus == "fields"
        await e.press("escape")
        assert not shows_whole(e, "Hyperparameters")
        assert e.focus == "deltas"


async def test_folded_enter_shows_the_weights_whatever_pane_is_shown() -> None:
    async with explorer(size=(80, 24)) as e:
        await e.press("v", "enter")
        assert shows_whole(e, "Weights into o1")
        assert e.focus == "weights"


@pytest.mark.parametrize("size", [(80, 20), slow((80, 24)), (120, 40)])
async def test_messages_can_be_read_whole(size: tuple[int, int]) -> None:
    async with explorer(size=size) as e:
        for key in ("s", "l", "L", "d", "b", "0"):
            await e.press(key)
            assert e.area("#message").split() == e.message.split(), key


def help_screen(size: tuple[int, int]) -> AbstractAsyncContextManager[Explorer]:
    """The help without the explorer below it, as ? opens it there."""
    return alone(one_screen(new_trainer(), HelpScreen, lambda _: HelpScreen(explained_screens(), "The idea")), size)


async def test_the_help_has_every_key_and_the_equation_of_every_column() -> None:
    async with help_screen((130, 190)) as e:
        pages = {}
        for name in ("idea", "explorer", "compare", "data", "patterns", "open", "pictures", "signals", "settings"):
            pages[name] = " ".join(e.area("VerticalScroll").split()).replace(" live ", " ")
            await e.press("right")
        assert "t′ = (1 − a)·t + a/K" in pages["idea"]
        for screen in explained_screens():
            page = pages[screen.help_page.title.lower()]
            assert " ".join(screen.help_page.text.split()) in page
            for command in screen.commands:
                key = command.key_display or command.key.replace(",", " ")
                assert f"{key} {command.help}" in page
            for title, columns in screen.help_page.columns.items():
                assert title in page
                for column in columns.values():
                    assert f"{column.title or 'node'} {column.help}" in page
        for loss, entry in LOSSES.items():
            assert entry.formula in pages["signals"], loss
            for output in entry.outputs:
                assert signal_of(output, loss).equation in pages["signals"], (output, loss)
        for setting in schema():
            assert (
                f"{setting.name} {setting.help} {setting.range_text[:1].upper()}{setting.range_text[1:]}."
                in pages["settings"]
            )
        for kind in PICTURES.values():
            assert kind.help in pages["pictures"]
        assert len(set(pages.values())) == 9


async def test_the_help_closes() -> None:
    async with explorer(size=(80, 24)) as e:
        for close in ("escape", "q", "question_mark"):
            await e.press("question_mark")
            assert e.is_on(HelpScreen)
            await e.press(close)
            assert e.focus == "deltas"


async def test_the_help_scrolls_and_turns_its_pages() -> None:
    async with help_screen((80, 24)) as e:
        await e.press(*["left"] * 8)
        assert "Train one step" in e.text
        assert "[b]" not in e.text
        assert "w after" not in e.text
        await e.press("down")
        assert "Run freely, or pause." in e.text
        await e.press(*["pagedown"] * 12)
        assert "w after" in e.text
        await e.press(*["tab"] * 8)
        assert "A weight moves by" in e.text, "from the last tab to the first"


def palette_name(command: Command) -> str:
    return command.label[:1].upper() + command.label[1:]


async def run_command(e: Explorer, name: str) -> None:
    """Choose a command in the palette by its name."""
    await e.press("ctrl+p")
    await e.type(name)
    await e.wait_until(lambda: f"  {name}" in e.text.partition("🔎")[2].partition(name)[2][:400])
    await e.press("enter")


async def test_the_palette_offers_every_command_that_can_be_given_with_its_help() -> None:
    async with explorer(size=(120, 180)) as e:
        await e.press("ctrl+p")
        assert "Go back one step" not in e.text
        assert "Train one step" in e.text
        await e.press("escape", "space", "ctrl+p")
        lines = [line.strip() for line in e.text.splitlines()]
        for command in COMMANDS:
            at = lines.index(palette_name(command))
            key = command.key_display or command.key.partition(",")[0]
            assert lines[at + 1] == f"{key} · {command.help}"[: len(lines[at + 1])]
            assert len(lines[at + 1]) > 12


async def test_the_palette_finds_a_command_by_words_of_its_help() -> None:
    async with explorer(size=(120, 40)) as e:
        await e.press("space", "ctrl+p")
        await e.type("bit for bit")
        await e.wait_until(lambda: "Go back one step." in e.text)
        assert "Train one step" not in e.text


async def screens(do: Callable[[Explorer, Command], Awaitable[None]]) -> dict[str, tuple[str, str | None]]:
    """What every command leads to, one after the other, when it is given by ``do``; none of them is mute."""
    after = {}
    async with explorer(WIDE, new_trainer(3, batch_size=5)) as e:
        before = e.text, e.focus
        for command in COMMANDS:
            if command.action not in ("run", "quit"):
                await do(e, command)
                await e.wait_until(lambda: e.text.splitlines()[-1].strip())  # another screen's footer may come late
                # The line below the help's tabs is drawn when it comes to it.
                after[command.action] = re.sub("[━╸╺]", "", e.text), e.focus
                assert after[command.action] != before, f"{command.label} is mute"
                before = after[command.action]
                if len(e.app.screen_stack) > 1 or e.focus == "fields":
                    await e.press("escape")
                    before = e.text, e.focus
                elif e.trainer.step_count == 0:
                    await e.press("space", "space")
    return after


async def call_command(e: Explorer, command: Command) -> None:
    """Do what the palette does once a command is chosen."""
    entries = [entry for entry in e.app.get_system_commands(e.screen) if entry.title == palette_name(command)]
    entries[0].callback()
    await e.rest()


@pytest.mark.slow
async def test_the_palette_does_what_the_keys_do() -> None:
    by_key = await screens(lambda e, command: e.press(command.key.split(",")[0]))
    by_name = await screens(call_command)
    for action, seen in by_key.items():
        assert by_name[action] == seen, action


async def test_commands_chosen_in_the_palette() -> None:
    async with explorer() as e:
        await run_command(e, "Epoch")
        assert "step 8 · epoch 1.0" in e.status
        await run_command(e, "Run")
        await e.wait_until(lambda: e.trainer.step_count > 8)
        await e.tap("space")
        await run_command(e, "Quit")
        await e.tap("d")
        assert e.app.return_code == 0


async def test_the_footer_names_the_keys_and_they_can_be_clicked() -> None:
    async with explorer(size=(200, 60)) as e:
        await e.wait_until(lambda: e.text.splitlines()[-1].strip())
        footer = e.text.splitlines()[-1]
        for command in COMMANDS:
            label = f"{command.key_display or command.key} {command.label}"
            assert (label in footer) == (not command.hidden), label
        await e.click(footer.index("epoch"), 59)
        assert e.trainer.step_count == 8
