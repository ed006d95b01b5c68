"""Makes the pictures of the README and the site, drawn by the program itself.

python assets/make.py
"""

from pathlib import Path

from lsexplorer import Hyperparameters, Trainer, load_dataset
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.screenshot import write_screenshot

FOLDER = Path(__file__).parent


def plain() -> Trainer:
    """Trained on hard targets for 400 steps."""
    trainer = Trainer(load_dataset("iris"), Hyperparameters(learning_rate=0.2))
    trainer.step(400)
    return trainer


def two_ways() -> Trainer:
    """Trained on hard targets, taken back to step 200, and continued from there with label smoothing."""
    trainer = plain()
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


def on_moons() -> Trainer:
    """Trained on hard targets for 2,000 steps."""
    trainer = Trainer(load_dataset("moons"), Hyperparameters(**default_hyperparameters("moons")))
    trainer.step(2000)
    return trainer


def on_spiral(**changes: float) -> Trainer:
    """Trained for 400 steps with momentum, so that they go as far as 4,000."""
    values = default_hyperparameters("spiral") | {"learning_rate": 0.1, "momentum": 0.9, **changes}
    trainer = Trainer(load_dataset("spiral"), Hyperparameters(**values))
    trainer.step(400)
    return trainer


def on_digits() -> Trainer:
    """Trained with label smoothing for 600 steps."""
    values = default_hyperparameters("digits")
    trainer = Trainer(load_dataset("digits"), Hyperparameters(**values, label_smoothing=0.1))
    trainer.step(600)
    return trainer


def smoothed_later() -> Trainer:
    """Trained on hard targets for 200 steps, then on soft ones for as many."""
    trainer = Trainer(load_dataset("iris"), Hyperparameters(learning_rate=0.2))
    trainer.step(200)
    trainer.set(label_smoothing=0.1)
    trainer.step(200)
    return trainer


def draw(name: str, trainer: Trainer, size: tuple[int, int], *keys: str) -> None:
    """Draw the screen of a run after some keys."""
    write_screenshot(trainer, FOLDER / name, *size, keys)


if __name__ == "__main__":
    draw("explorer.svg", two_ways(), (120, 40), "down")
    draw("folded.svg", two_ways(), (80, 24), "down")
    draw("compare.svg", plain(), (120, 40), "c", "down", "right")
    draw("network.svg", on_mnist(), (120, 40), "2", "down", "left")
    draw("map.svg", on_moons(), (120, 40), "3")
    draw("clusters.svg", on_spiral(label_smoothing=0.1), (120, 40), "4")
    draw("reliability.svg", on_digits(), (120, 40), "5")
    draw("errors.svg", smoothed_later(), (120, 40), "7")
    draw("methods.svg", on_spiral(), (120, 40), "c", "4")
    draw("data.svg", on_mnist(), (120, 40), "D", "x")
    draw("patterns.svg", comments_network(), (120, 40), "p", "down", "down", "down", "space")
