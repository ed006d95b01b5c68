"""A contest in words: lines and rows of tables, for the terminal and Markdown."""

from collections.abc import Iterable

from lsexplorer.data.files import counted
from lsexplorer.nn.losses import LOSSES
from lsexplorer.render.numbers import format_measure, format_seconds, format_setting
from lsexplorer.study.best.comparing import Comparison
from lsexplorer.study.best.contest import Best
from lsexplorer.study.best.plan import PLAIN, SMOOTHING, entry
from lsexplorer.study.best.verdict import CHOOSE_BY, gain, method_label

Row = tuple[str, ...]

MEANS = {"accuracy": "acc.", "nll": "NLL", "nll_scaled": "scaled"}
"""The means of the table, and their headings."""
NOTE = (
    "Means over seeds and splits, and by how much a method is better [95 %], accuracy in points. ▲ shown to be better, "
    "▼ shown to be worse (t tests, with Holm's correction for all methods and measures), = shown to be the same within "
    "the margin. Scaled: NLL after temperature scaling. Chosen: the strengths that validation prefers to plain "
    "training and to weaker ones, and on how many splits; on the others the method is plain training."
)


def settings_lines(best: Best) -> list[str]:
    """What is compared and how, what was left out, and what to beware of."""
    plan, hp = best.plan, best.plan.plain
    network = "-".join(map(str, (best.data.X_train.shape[1], *hp.hidden, len(best.data.class_names))))
    done = "" if best.complete else f" of {len(plan.judging)} seeds on {plan.splits} splits: interrupted"
    each = ", split by split" if plan.splits > 1 else ""
    lines = [
        f"{best.data.name} · {network} {hp.activation} · {hp.output} + {LOSSES[hp.loss].label} · "
        f"{plan.epochs} epochs · strengths "
        f"chosen by {CHOOSE_BY[plan.choose_by]} on {plan.validation:,} validation rows and {len(plan.tuning)} other "
        f"seeds{each}, the simplest within {format_setting(plan.tolerance)} SE of the best; judged on {best.scope.text}"
        f"{done}"
    ]
    lines += [f"Left out: {reason}." for reason in best.left_out.values()]
    if best.data.true_train is not None:
        share = float((best.data.true_train != best.data.y_train).mean())
        lines.append(
            f"{share:.0%} of the training labels are flipped, the validation rows' among them: the choice is made on "
            "noisy labels. Test labels are true."
        )
    if strongest := _strongest(best):
        lines.append(
            f"Validation mostly chooses the strongest that was tried of {', '.join(strongest)}: a stronger one may be "
            "better."
        )
    return lines


def _strongest(best: Best) -> list[str]:
    """The methods of which most splits choose the strongest of the grid."""
    return [
        entry(name).label
        for name, choices in best.choices.items()
        if sum(choice.is_strongest for choice in choices) * 2 > len(choices)
    ]


def tables(best: Best, wide: bool) -> list[list[Row]]:
    """The tables of a report: against plain training, and against label smoothing unless that is plain training."""
    return [table(best, wide), *([] if SMOOTHING in best.off else [smoothing_table(best)])]


def table(best: Best, wide: bool) -> list[Row]:
    """The headings and a row for each method: its gains over plain training; if ``wide``, choices and means too."""
    names = list(MEANS) if wide else []
    gains = [f"gain in {measure.label}" for measure in best.plan.measures]
    rows: list[Row] = [("", *([_chosen_heading(best)] if wide else []), *(MEANS[name] for name in names), *gains)]
    for method in ([PLAIN] if wide else []) + list(best.plan.methods):
        means = best.means(method)
        values = (format_measure(means[name]) for name in names)
        chosen = [_chosen(best, method)] if wide else []
        rows.append((method_label(method), *chosen, *values, *_gains(best, method, PLAIN)))
    return rows


def smoothing_table(best: Best) -> list[Row]:
    """The headings and a row for each remedy: its gains over label smoothing."""
    gains = [f"gain in {measure.label}" for measure in best.plan.measures]
    remedies = (method for method in best.plan.methods if method != SMOOTHING)
    return [
        ("against smoothing", *gains),
        *((method_label(method), *_gains(best, method, SMOOTHING)) for method in remedies),
    ]


def _chosen_heading(best: Best) -> str:
    return "chosen (splits)" if len(best.splits) > 1 else "chosen"


def _chosen(best: Best, method: str) -> str:
    """The strengths that validation prefers to plain training, from the weakest to the strongest, and how often."""
    if method == PLAIN:
        return ""
    strengths = [choice.strength for choice in best.choices[method] if choice.strength is not None]
    if method in best.off:
        return "never"
    order = list(best.plan.grids[method])
    ends = dict.fromkeys(f"{pick(strengths, key=order.index):.3g}" for pick in (min, max))
    return "–".join(ends) + (f" ({len(strengths)})" if len(best.splits) > 1 else "")


def _gains(best: Best, method: str, other: str) -> Iterable[str]:
    """The gains over another method in each measure; empty where the two are the same method."""
    for measure in best.plan.measures:
        those = [one for one in best.comparisons if (one.method, one.other, one.measure) == (method, other, measure)]
        yield "".join(map(gain_cell, those))


def gain_cell(one: Comparison) -> str:
    """The gain with its interval and its mark."""
    if one.are_same:
        return "the same"
    marks = {"▲": one.beats, "▼": one.is_beaten, "=": one.within_margin}
    return " ".join([gain(one).text(signed=True, most=3), *(mark for mark, applies in marks.items() if applies)])


def time_line(best: Best) -> str:
    """How many networks were trained, and how long each part took."""
    times = format_seconds(best.seconds) or "under a second in all"
    return f"{counted(best.networks, 'network', 'networks')} of {best.plan.training.steps:,} steps; {times}."
