"""The steps of the tour: what label smoothing does, shown in the explorer.

The first steps use the article's own three rows and a network without a hidden layer, so that every number can be
followed. Their weights are chosen so that the outputs are those that the article discusses: with input x, the weights
w_k = z_k·x/‖x‖² give the logits z_k.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from lsexplorer.data import Dataset, load_dataset
from lsexplorer.nn.arrays import without_noise
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run import Hyperparameters, Trainer
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.tui.model.session import Session
from lsexplorer.tui.tour import run_texts, texts
from lsexplorer.tui.tour.step import Condition, Offer, Question, StepContext, TourStep

ROW = 1
"""The article's versicolor."""
SEED = 8
"""With this seed ROW comes first in training."""
STRONG = 0.3
"""The smoothing whose soft targets are the article's .8, .1 and .1."""
MILD = 0.1
"""The smoothing of the tour steps that are not about those targets."""
L2 = 0.01
"""The λ that the key l switches on."""
HARD_STEPS = 1000
"""Training steps before smoothing or L2 is switched on."""
SEEN_STEPS = 500
"""Training steps after which its effect can be seen."""
DIGITS_EPOCHS = 20
MNIST1D_EPOCHS = 30


@cache
def _data(name: str) -> Dataset:
    return load_dataset(name)


# Runs to begin with


def _session(trainer: Trainer, a: float = MILD, sample: int | None = ROW) -> Session:
    """A session with o2 selected; a: the smoothing that s switches on."""
    session = Session(trainer)
    session.sample, session.node = sample, "o2"
    session.strengths = session.strengths.replace(label_smoothing=a, l2=L2)
    return session


def _article(**changes: Any) -> Trainer:
    return Trainer(_data("article"), Hyperparameters(hidden=(), seed=SEED).replace(**changes))


def _one_row(logits: Sequence[float], **changes: Any) -> Trainer:
    """A network with these logits for ROW, about to train on it; batches are single rows of the article."""
    trainer = _article(batch_size=1, learning_rate=0.01, **changes)
    x = without_noise(trainer.data.X_train[ROW], np.ones(1))
    trainer.network.weights[0] = np.outer(x / x.dot(x), np.asarray(logits))
    return trainer


def _logits(outputs: Sequence[float]) -> list[float]:
    """The logits, with mean 0, whose softmax is ``outputs``."""
    logs = np.log(outputs)
    return list(map(float, logs - logs.mean()))


def _with_output(output: float) -> Trainer:
    """A network whose output o2 is ``output`` for ROW."""
    rest = (1 - output) / 2
    return _one_row(_logits((rest, output, rest)))


def _trained_hard() -> Trainer:
    trainer = _article(batch_size=3, learning_rate=0.5)
    trainer.step(HARD_STEPS)
    return trainer


def _trainer(name: str, **changes: Any) -> Trainer:
    data = _data(name)
    return Trainer(data, Hyperparameters(**default_hyperparameters(data)).replace(**changes))


# What the key e does


def _change(changes: Mapping[str, Any]) -> Offer:
    def offer(session: Session) -> int:
        session.set(**changes)
        return session.trainer.step_count

    return offer


def _train(epochs: int, a: float) -> Offer:
    """Train at least ``epochs`` epochs with smoothing ``a`` from step 0 on; another path stays as a ghost."""

    def offer(session: Session) -> int:
        trainer = session.trainer
        goal = max(epochs * trainer.steps_per_epoch, trainer.step_count)
        if trainer.hyperparameters.label_smoothing != a or any(event.step for event in trainer.events):
            trainer.goto(0)
            if trainer.hyperparameters.label_smoothing == a:
                trainer.reset()  # else what was switched later would be replayed
            session.set(label_smoothing=a)
        return goal

    return offer


# When a question is answered


def _switched(*names: str) -> Condition:
    """Exactly these hyperparameters differ from the start, and no training step was made."""
    return lambda context: context.changed == set(names) and context.steps == 0


def _stepped(context: StepContext) -> bool:
    return not context.changed and context.steps == 1


def _ran(name: str, steps: int = SEEN_STEPS) -> Condition:
    """Only this regulariser was switched, at the start or later, and at least ``steps`` training steps were made."""
    return lambda context: (
        context.changed == {name}
        and context.steps >= steps
        and min((event.step for event in context.now.events), default=-1) >= context.start.step
    )


def _ran_without(context: StepContext) -> bool:
    """Smoothing was switched off, and enough training steps were made since the question before."""
    return bool(context.changed and context.now.events) and context.now.step >= context.before.step + SEEN_STEPS


def _trained(epochs: int, a: float) -> Condition:
    """At least ``epochs`` epochs were trained, with smoothing ``a`` from step 0 on."""
    return lambda context: (
        context.now.epoch >= epochs
        and context.now.hp.label_smoothing == a
        and all(event.step == 0 for event in context.now.events)
    )


SMOOTHING, LOSS = frozenset({"label_smoothing"}), frozenset({"loss"})


def _error_term(title: str, output: float, questions: tuple[Question, Question]) -> TourStep:
    """A tour step about t − o, then about t′ − o, at this output of o2."""
    return TourStep(
        title, lambda: _session(_with_output(output), STRONG), questions, may_change=SMOOTHING, any_order=True
    )


def _calibration(
    title: str, name: str, epochs: int, ask: Callable[[StepContext, int], str], **changes: Any
) -> TourStep:
    """A tour step that trains a network on hard, then on soft targets, and compares its confidence and accuracy."""
    return TourStep(
        title,
        lambda: _session(_trainer(name, **changes), sample=0),
        (
            Question(
                lambda context: ask(context, epochs), _trained(epochs, 0.0), run_texts.how_sure, _train(epochs, 0.0)
            ),
            Question(
                lambda _: run_texts.ask_calibrated(MILD),
                _trained(epochs, MILD),
                run_texts.calibrated,
                _train(epochs, MILD),
            ),
        ),
        pane="accuracy",
        may_change=SMOOTHING,
        one_row=False,
    )


STEPS: tuple[TourStep, ...] = (
    TourStep(
        "Hard and soft targets",
        lambda: _session(_article(batch_size=1, learning_rate=0.01)),
        (
            Question(texts.ask_soft, lambda context: context.changed == SMOOTHING, texts.soft),
            Question(
                lambda context: texts.ask_article(context, STRONG),
                lambda context: context.now.hp.label_smoothing == STRONG,
                texts.article_soft,
                _change({"label_smoothing": STRONG}),
            ),
        ),
        may_change=SMOOTHING,
    ),
    _error_term(
        "The error term",
        0.75,
        (
            Question(texts.ask_step, _stepped, texts.stepped),
            Question(
                lambda context: texts.ask_step_soft(context, STRONG), _switched("label_smoothing"), texts.stepped_soft
            ),
        ),
    ),
    _error_term(
        "The error term near the target",
        0.97,
        (
            Question(texts.ask_near, _stepped, texts.near),
            Question(
                lambda context: texts.ask_near_soft(context, STRONG), _switched("label_smoothing"), texts.near_soft
            ),
        ),
    ),
    TourStep(
        "The weights grow",
        lambda: _session(_article(batch_size=3, learning_rate=0.5)),
        (
            Question(
                run_texts.ask_growth,
                lambda context: not context.changed and context.steps >= SEEN_STEPS,
                run_texts.growth,
            ),
        ),
        pane="norms",
        log_x=True,
    ),
    TourStep(
        "Smoothing stops the growth",
        lambda: _session(_trained_hard()),
        (Question(lambda context: run_texts.ask_stop(context, MILD), _ran("label_smoothing"), run_texts.stopped),),
        pane="norms",
        may_change=SMOOTHING,
    ),
    TourStep(
        "L2 stops it in another way",
        lambda: _session(_trained_hard(), sample=None),
        (Question(run_texts.ask_l2, _ran("l2"), run_texts.balanced),),
        pane="norms",
        may_change=frozenset({"l2"}),
    ),
    TourStep(
        "The logit gap that smoothing wants",
        lambda: _session(_article(batch_size=3, learning_rate=0.5, label_smoothing=MILD)),
        (
            Question(
                run_texts.ask_gap, lambda context: not context.changed and context.steps >= SEEN_STEPS, run_texts.gap
            ),
            Question(
                run_texts.ask_no_gap,
                _ran_without,
                run_texts.no_gap,
            ),
        ),
        pane="gap",
        may_change=SMOOTHING,
    ),
    TourStep(
        "Cross-entropy and squared error",
        lambda: _session(_one_row(_logits((0.96, 0.02, 0.02)))),
        (
            Question(texts.ask_mse, _switched("loss"), texts.mse, _change({"loss": "mse"})),
            Question(texts.ask_mse_soft, _switched("loss", "label_smoothing"), texts.mse_soft),
        ),
        may_change=SMOOTHING | LOSS,
    ),
    TourStep(
        "Where (target − output) is missing",
        lambda: _session(_one_row((0.125, 0.75, 0.125), output="identity", loss="mse"), STRONG),
        (
            Question(texts.ask_mae, _switched("loss"), texts.mae, _change({"loss": "mae"})),
            Question(
                lambda context: texts.ask_mae_soft(context, STRONG),
                _switched("loss", "label_smoothing"),
                texts.mae_soft,
            ),
        ),
        may_change=SMOOTHING | LOSS,
    ),
    _calibration("Calibration of an accurate network", "digits", DIGITS_EPOCHS, run_texts.ask_digits),
    _calibration(
        "Calibration of an overfitting network", "mnist1d", MNIST1D_EPOCHS, run_texts.ask_mnist1d, learning_rate=0.5
    ),
    TourStep(
        "Would L2 have done the same?",
        lambda: _session(_trainer("iris"), sample=0),
        (Question(run_texts.ask_same, lambda context: context.match is not None, run_texts.same),),
        pane="norms",
        may_change=frozenset(REGULARIZERS),
        one_row=False,
    ),
)
"""The steps, in order."""
