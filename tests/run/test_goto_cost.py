"""Going far along a path that is known must not train all of it again."""

from lsexplorer import Trainer, load_dataset


def steps_taken(trainer, go):
    """How many steps a call trains, counted where each of them asks for its batch."""
    taken = []
    forward = trainer.network.forward
    trainer.network.forward = lambda x: taken.append(1) or forward(x)
    go()
    del trainer.network.forward
    return len(taken)


def test_goto_starts_from_the_nearest_checkpoint_in_both_directions():
    trainer = Trainer(load_dataset("iris"))
    trainer.step(5000)
    weights = trainer.network.parameters.copy()
    assert steps_taken(trainer, lambda: trainer.goto(40)) < 20
    assert steps_taken(trainer, lambda: trainer.goto(4999)) < 20
    trainer.step()
    assert (trainer.network.parameters == weights).all()
