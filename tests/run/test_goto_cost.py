"""Going far along a path that is known must not train all of it again."""

from collections.abc import Callable
from unittest.mock import patch

from lsexplorer import Trainer, load_dataset
from lsexplorer.run.training_step import TrainingStep


def steps_taken(trainer: Trainer, go: Callable[[], object]) -> int:
    """How many steps a call trains."""
    with patch.object(TrainingStep, "take", autospec=True, side_effect=TrainingStep.take) as take:
        go()
    return take.call_count


def test_goto_starts_from_the_nearest_checkpoint_in_both_directions() -> None:
    trainer = Trainer(load_dataset("iris"))
    trainer.step(5000)
    weights = trainer.network.parameters.copy()
    assert 0 < steps_taken(trainer, lambda: trainer.goto(40)) < 20
    assert 0 < steps_taken(trainer, lambda: trainer.goto(4999)) < 20
    trainer.step()
    assert (trainer.network.parameters == weights).all()
