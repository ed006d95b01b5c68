"""What the arrays of an .npz file are, by the names that people, NumPy, Keras, scikit-learn and MedMNIST give them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

KEYS = "X_train, y_train, X_test, y_test, or X and y"
"""The names, in messages."""

_WHAT = {
    "x": ("x", "images", "image", "imgs", "data", "features", "inputs", "signals"),
    "y": ("y", "labels", "label", "target"),
    "targets": ("targets",),
}
_PART = {
    "train": ("train", "training", "tr"),
    "test": ("test", "testing", "te"),
    "val": ("val", "valid", "validation", "dev"),
}
_NAMES = {
    "feature_names": ("feature_names",),
    "class_names": ("class_names", "target_names", "label_names"),
}


def _spellings() -> dict[str, tuple[str, int]]:
    """Each spelling's meaning, 'x_train' or 'class_names', and its place in the order of preference."""
    found = {word: (name, i) for name, words in _NAMES.items() for i, word in enumerate(words)}
    for what, words in _WHAT.items():
        for i, word in enumerate(words):
            found[word] = (what, i)
            for part, part_words in _PART.items():
                for part_word in part_words:
                    for spelling in (word + part_word, part_word + word):
                        found[spelling] = (f"{what}_{part}", i)
    return found


_SPELLINGS = _spellings()


class Chosen(NamedTuple):
    """The arrays to read."""

    names: dict[str, str]
    """What each is, such as 'x_train' → its name in the file."""
    notes: tuple[str, ...]
    """On a validation part, and on arrays that are left out."""


def choose(names: Sequence[str], needs_test: bool = True) -> Chosen:
    """Which of the arrays of these names to read, and as what.

    needs_test: a validation part is the test part where there is none; else it is left out.
    """
    if sorted(names) == ["arr_0", "arr_1"]:  # as numpy.savez calls arrays that were given without a name
        return Chosen({"x": "arr_0", "y": "arr_1"}, ("arr_0 was taken for X, and arr_1 for y.",))
    ranked: dict[str, tuple[int, str]] = {}
    for name in names:
        meaning, rank = _meaning(name)
        if meaning and (rank, name) < ranked.get(meaning, (rank + 1, "")):
            ranked[meaning] = (rank, name)
    chosen = {meaning: name for meaning, (_, name) in ranked.items()}
    parts = [meaning for meaning in chosen if re.search("_(train|test|val)$", meaning)]
    if any(meaning.endswith("_train") for meaning in parts):
        for meaning in ("x", "y", "targets"):
            chosen.pop(meaning, None)
    elif "x" in chosen or "y" in chosen:
        for meaning in parts:
            del chosen[meaning]
    notes: list[str] = []
    held = {meaning: chosen.pop(meaning) for meaning in list(chosen) if meaning.endswith("_val")}
    if needs_test and {"x_val", "y_val"} <= held.keys() and not any(meaning.endswith("_test") for meaning in chosen):
        chosen |= {meaning.replace("_val", "_test"): name for meaning, name in held.items()}
        notes.append(f"The test part is the validation part ({', '.join(held.values())}).")
    left = [name for name in names if name not in chosen.values()]
    if left and chosen:
        more = f" and {len(left) - 6:,} more" if len(left) > 6 else ""
        notes.append(f"Left out: {'array' if len(left) == 1 else 'arrays'} {', '.join(left[:6])}{more}.")
    return Chosen(chosen, tuple(notes))


def _meaning(name: str) -> tuple[str, int]:
    lower = name.lower()
    return _SPELLINGS.get(lower) or _SPELLINGS.get(re.sub(r"[_\-. ]", "", lower)) or ("", 0)
