"""The tour: what label smoothing does, told in the explorer, stop by stop.

The first stops have the article's own three rows and a network without hidden layer, so that every number can be
followed. Their weights are made so that the outputs are those the article speaks of: with input x, the weights
w_k = z_k·x/‖x‖² give the logits z_k.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.tour import run_texts as runs
from lsexplorer.tui.tour import texts as words
from lsexplorer.tui.tour.step import Condition, Offer, Part, Seen, Stop, Text

ROW, SEED = 1, 8
"""The article's versicolor, and a seed with which it is trained on first."""
STRONG, MILD = 0.3, 0.1
"""The smoothing whose soft targets are the article's .8, .1 and .1, and that of the stops which are not about those."""
HARD_STEPS, SEEN_STEPS = 1000, 500
"""Steps before smoothing or L2 sets in, and those after which its effect can be seen."""
L2 = 0.01
DIGITS_EPOCHS, MNIST1D_EPOCHS = 20, 30


@cache
def _data(name: str) -> Dataset:
    return load_dataset(name)


# Runs to begin with


def _session(trainer: Trainer, a: float = MILD, sample: int | None = ROW) -> Session:
    """A session that looks at o2; a: the smoothing that s switches on."""
    session = Session(trainer)
    session.sample, session.node = sample, "o2"
    session.strengths = session.strengths.replace(label_smoothing=a, l2=L2)
    return session


def _article(**changes: Any) -> Trainer:
    return Trainer(_data("article"), Hyperparameters(hidden=(), seed=SEED).replace(**changes))


def _one_row(logits: Sequence[float], **changes: Any) -> Trainer:
    """A network on the article's rows, one at a time, that gives ROW these logits, and trains on it next."""
    trainer = _article(batch_size=1, learning_rate=0.01, **changes)
    x = trainer.data.X_train[ROW]
    trainer.network.weights[0] = np.outer(x / x.dot(x), np.asarray(logits))
    return trainer


def _says(outputs: Sequence[float]) -> list[float]:
    """The logits, with mean 0, whose softmax is ``outputs``."""
    logs = np.log(outputs)
    return list(map(float, logs - logs.mean()))


def _sure(output: float) -> Trainer:
    """A network whose o2 is this for ROW."""
    rest = (1 - output) / 2
    return _one_row(_says((rest, output, rest)))


def _trained_hard() -> Trainer:
    trainer = _article(batch_size=3, learning_rate=0.5)
    trainer.step(HARD_STEPS)
    return trainer


def _of(name: str, **changes: Any) -> Trainer:
    data = _data(name)
    return Trainer(data, Hyperparameters(**default_hyperparameters(data)).replace(**changes))


# What the key of the stop does


def _change(changes: Mapping[str, Any]) -> Offer:
    def offer(session: Session) -> int:
        session.set(**changes)
        return session.trainer.step_count

    return offer


def _train(epochs: int, a: float) -> Offer:
    """Train so many epochs, or as many as were, with smoothing a from step 0 on; another path stays as a ghost."""

    def offer(session: Session) -> int:
        trainer = session.trainer
        goal = max(epochs * trainer.steps_per_epoch, trainer.step_count)
        if trainer.hyperparameters.label_smoothing != a or any(event.step for event in trainer.events):
            trainer.goto(0)
            if trainer.hyperparameters.label_smoothing == a:
                trainer.reset()  # what was switched later on is not repeated
            session.set(label_smoothing=a)
        return goal

    return offer


# When a question is answered by what was done


def _switched(*names: str) -> Condition:
    """These hyperparameters, and no others, are other than at the start, at the stop's first step."""
    return lambda seen: seen.changed == set(names) and seen.steps == 0


def _stepped(seen: Seen) -> bool:
    return not seen.changed and seen.steps == 1


def _ran(name: str, steps: int = SEEN_STEPS) -> Condition:
    """A regulariser was switched the other way after the start, and so many steps were made."""
    return lambda seen: (
        seen.changed == {name}
        and seen.steps >= steps
        and min((event.step for event in seen.now.events), default=-1) >= seen.start.step
    )


def _ran_without(seen: Seen) -> bool:
    """Smoothing was switched off, and steps were made since."""
    return bool(seen.changed and seen.now.events) and seen.now.step >= seen.before.step + SEEN_STEPS


def _trained(epochs: int, a: float) -> Condition:
    """So many epochs were trained, with smoothing a from step 0 on."""
    return lambda seen: (
        seen.now.epoch >= epochs
        and seen.now.hp.label_smoothing == a
        and all(event.step == 0 for event in seen.now.events)
    )


SMOOTHING, LOSS = frozenset({"label_smoothing"}), frozenset({"loss"})


def _error_term(title: str, output: float, ask: Text, tell: Text, ask_soft: Text, tell_soft: Text) -> Stop:
    """A stop about t − o and t′ − o at an output."""
    return Stop(
        title,
        lambda: _session(_sure(output), STRONG),
        (Part(ask, _stepped, tell), Part(ask_soft, _switched("label_smoothing"), tell_soft)),
        may_change=SMOOTHING,
    )


def _calibration(title: str, name: str, epochs: int, ask: Callable[[Seen, int], str], **changes: Any) -> Stop:
    """A stop that trains a network hard, then smoothed, and compares how sure and how right it is."""
    return Stop(
        title,
        lambda: _session(_of(name, **changes), sample=0),
        (
            Part(lambda seen: ask(seen, epochs), _trained(epochs, 0.0), runs.how_sure, _train(epochs, 0.0)),
            Part(lambda _: runs.ask_calibrated(MILD), _trained(epochs, MILD), runs.calibrated, _train(epochs, MILD)),
        ),
        pane="accuracy",
        may_change=SMOOTHING,
        one_row=False,
    )


STOPS: tuple[Stop, ...] = (
    Stop(
        "Hard and soft targets",
        lambda: _session(_article(batch_size=1, learning_rate=0.01)),
        (
            Part(words.ask_soft, _switched("label_smoothing"), words.soft),
            Part(
                lambda seen: words.ask_article(seen, STRONG),
                lambda seen: seen.now.hp.label_smoothing == STRONG,
                words.article_soft,
                _change({"label_smoothing": STRONG}),
            ),
        ),
        may_change=SMOOTHING,
    ),
    _error_term(
        "The error term",
        0.75,
        words.ask_step,
        words.stepped,
        lambda seen: words.ask_step_soft(seen, STRONG),
        words.stepped_soft,
    ),
    _error_term(
        "The error term near the target",
        0.97,
        words.ask_near,
        words.near,
        lambda seen: words.ask_near_soft(seen, STRONG),
        words.near_soft,
    ),
    Stop(
        "The weights grow",
        lambda: _session(_article(batch_size=3, learning_rate=0.5)),
        (Part(runs.ask_growth, lambda seen: not seen.changed and seen.steps >= SEEN_STEPS, runs.growth),),
        pane="norms",
        log_x=True,
    ),
    Stop(
        "Smoothing stops the growth",
        lambda: _session(_trained_hard()),
        (Part(lambda seen: runs.ask_stop(seen, MILD), _ran("label_smoothing"), runs.stopped),),
        pane="norms",
        may_change=SMOOTHING,
    ),
    Stop(
        "L2 stops it in another way",
        lambda: _session(_trained_hard(), sample=None),
        (Part(runs.ask_l2, _ran("l2"), runs.balanced),),
        pane="norms",
        may_change=frozenset({"l2"}),
    ),
    Stop(
        "The logit gap that smoothing wants",
        lambda: _session(_article(batch_size=3, learning_rate=0.5, label_smoothing=MILD)),
        (
            Part(runs.ask_gap, lambda seen: not seen.changed and seen.steps >= SEEN_STEPS, runs.gap),
            Part(
                runs.ask_no_gap,
                _ran_without,
                runs.no_gap,
            ),
        ),
        pane="gap",
        may_change=SMOOTHING,
    ),
    Stop(
        "Cross-entropy and squared error",
        lambda: _session(_one_row(_says((0.96, 0.02, 0.02)))),
        (
            Part(words.ask_mse, _switched("loss"), words.mse, _change({"loss": "mse"})),
            Part(words.ask_mse_soft, _switched("loss", "label_smoothing"), words.mse_soft),
        ),
        may_change=SMOOTHING | LOSS,
    ),
    Stop(
        "Where (target − output) is missing",
        lambda: _session(_one_row((0.125, 0.75, 0.125), output="identity", loss="mse"), STRONG),
        (
            Part(words.ask_mae, _switched("loss"), words.mae, _change({"loss": "mae"})),
            Part(lambda seen: words.ask_mae_soft(seen, STRONG), _switched("loss", "label_smoothing"), words.mae_soft),
        ),
        may_change=SMOOTHING | LOSS,
    ),
    _calibration("Calibration of an accurate network", "digits", DIGITS_EPOCHS, runs.ask_digits),
    _calibration(
        "Calibration of an overfitting network", "mnist1d", MNIST1D_EPOCHS, runs.ask_mnist1d, learning_rate=0.5
    ),
    Stop(
        "Would L2 have done the same?",
        lambda: _session(_of("iris"), sample=0),
        (Part(runs.ask_same, lambda seen: seen.match is not None, runs.same),),
        pane="norms",
        may_change=SMOOTHING | {"l2", "l1", "weight_decay"},
        one_row=False,
    ),
)
"""The stops, in order."""
