"""Which of the methods that are there are compared: the smoothing, the others, and the strength that comes nearest."""

from collections.abc import Mapping, Sequence

from lsexplorer.data.files import name_hint
from lsexplorer.errors import InputError
from lsexplorer.study.answers.layout import PLAIN_METHOD
from lsexplorer.study.judge.runs import Method, Runs, parse_method
from lsexplorer.study.match.search import MAX_MISS, MatchedStrength

REFERENCE = "label_smoothing"


def reference_of(runs: Runs, asked: str | float | None) -> Method:
    """The smoothing that others are compared with; raises InputError where it is not there, or not clear which."""
    there = sorted(method for method in runs.networks if method.name == REFERENCE)
    if not there:
        raise InputError(f"{runs.subject} holds no {REFERENCE}=…, and without it there is nothing to compare with")
    if asked is None:
        if len(there) > 1:
            names = ", ".join(method.text for method in there)
            raise InputError(f"{runs.subject} holds {names}: say which is the reference")
        return there[0]
    text = str(asked)
    method = parse_method(text if "=" in text else f"{REFERENCE}={text}", "reference: ")
    if method.name != REFERENCE:
        raise InputError(f"reference must be a {REFERENCE}, such as {there[0].text}, got '{method.text}'")
    if method not in there:
        raise InputError(f"{runs.subject} holds no {method.text}: {name_hint(method.text, [m.text for m in there])}")
    return method


def candidates(runs: Runs, asked: Sequence[str] | None) -> dict[str, list[Method]]:
    """The methods to choose among, by name: those asked for, or all; raises InputError for one that is not there."""
    by_name: dict[str, list[Method]] = {}
    for method in sorted(runs.networks):
        if method.name not in (REFERENCE, PLAIN_METHOD):
            by_name.setdefault(method.name, []).append(method)
    if not by_name:
        raise InputError(f"{runs.subject} holds nothing but {PLAIN_METHOD} and {REFERENCE}: there is nothing to judge")
    if asked is None:
        return by_name
    chosen: dict[str, list[Method]] = {}
    for text in asked:
        name = text.partition("=")[0].strip()
        wanted = [parse_method(text, "against: ")] if "=" in text else by_name.get(name, [])
        there = [method for method in wanted if method in by_name.get(name, [])]
        if not there:
            known = [method.text for methods in by_name.values() for method in methods]
            raise InputError(f"{runs.subject} holds no {text.strip()}: {name_hint(text, [*by_name, *known])}")
        chosen.setdefault(name, []).extend(method for method in there if method not in chosen.get(name, []))
    return chosen


def nearest_strength(criterion: str, pairs: Mapping[float, tuple[float, float]]) -> MatchedStrength:
    """The strength of which a criterion comes nearest to smoothing's: smoothing's value and its own by strength."""
    misses = {x: abs(reached - target) / max(abs(target), 1e-12) for x, (target, reached) in pairs.items()}
    nearest = min(misses, key=lambda x: misses[x])
    target, reached = pairs[nearest]
    is_match = misses[nearest] <= MAX_MISS
    return MatchedStrength(
        criterion=criterion,
        target=target,
        value=nearest if is_match else None,
        reached=reached,
        nearest=nearest,
        low=min(pairs),
        high=max(pairs),
        solutions=(nearest,) if is_match else (),
        lambdas=tuple(sorted(pairs)),
        curve=tuple(pairs[x][1] for x in sorted(pairs)),
        given=True,
    )
