"""Makes what the README shows of the program: the pictures, and the table of hyperparameters.

python assets/make.py
"""

from pathlib import Path

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.run.hyperparameters import schema, show
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.screenshot import write_screenshot

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
START, END = "<!-- hyperparameters: python assets/make.py -->", "<!-- end of hyperparameters -->"


def hard() -> Trainer:
    """Trained on hard targets for 400 steps."""
    trainer = Trainer(load_dataset("iris"), Hyperparameters(learning_rate=0.2))
    trainer.step(400)
    return trainer


def two_ways() -> Trainer:
    """Trained hard, gone back to step 200, and left from there with label smoothing on."""
    trainer = hard()
    trainer.goto(200)
    trainer.set(label_smoothing=0.1)
    trainer.step(200)
    return trainer


def on_mnist() -> Trainer:
    """Two epochs on MNIST with label smoothing."""
    values = default_hyperparameters("mnist")
    trainer = Trainer(load_dataset("mnist"), Hyperparameters(**values, label_smoothing=0.1))
    trainer.step(2 * trainer.steps_per_epoch)
    return trainer


def comments_network() -> Trainer:
    """The network of the comment under the article, 784-5-10 relu, after thirty epochs on MNIST."""
    trainer = Trainer(load_dataset("mnist"), Hyperparameters(**default_hyperparameters("mnist")))
    trainer.step(30 * trainer.steps_per_epoch)
    return trainer


def pictures() -> None:
    """The SVG pictures, drawn by the program itself."""
    write_screenshot(two_ways(), HERE / "explorer.svg", 120, 40, ["down"])
    write_screenshot(two_ways(), HERE / "folded.svg", 80, 24, ["down", "v"])
    write_screenshot(hard(), HERE / "compare.svg", 120, 40, ["c", "down", "right"])
    write_screenshot(on_mnist(), HERE / "data.svg", 120, 40, ["D", "x"])
    write_screenshot(comments_network(), HERE / "patterns.svg", 120, 40, ["p", "down", "down", "down", "space"])


def hyperparameter_table() -> str:
    """The schema as Markdown."""
    lines = ["| name | default | values | live | |", "| --- | --- | --- | --- | --- |"]
    for entry in schema():
        default = show(entry.name, entry.default) or "none"
        values = entry.range_text.replace("|", "\\|")
        lines.append(f"| `{entry.name}` | {default} | {values} | {'live' if entry.live else ''} | {entry.help} |")
    return "\n".join(lines)


def with_table(text: str) -> str:
    """The README's text with the present table between its two marks."""
    before, rest = text.split(START)
    return before + START + "\n" + hyperparameter_table() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    pictures()
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
