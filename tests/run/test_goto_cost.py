"""Going far along a path that is known must not train all of it again."""

from collections.abc import Callable
from unittest.mock import patch

from lsexplorer import Trainer, load_dataset


def steps_taken(trainer: Trainer, go: Callable[[], object]) -> int:
    """How many steps a call trains, counted where each of them asks for its batch."""
    network = trainer.network
    with patch.object(network, "forward", wraps=network.forward) as forward:
        go()
    return forward.call_count


def test_goto_starts_from_the_nearest_checkpoint_in_both_directions() -> None:
    trainer = Trainer(load_dataset("iris"))
    trainer.step(5000)
    weights = trainer.network.parameters.copy()
    assert steps_taken(trainer, lambda: trainer.goto(40)) < 20
    assert steps_taken(trainer, lambda: trainer.goto(4999)) < 20
    trainer.step()
    assert (trainer.network.parameters == weights).all()
