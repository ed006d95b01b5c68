"""Inputs that once broke something, or that stand for a kind that did: each is tried in every run."""

from typing import Any

import pytest

from tests.support.fuzz.targets import targets

SMALL = (80, 24)
SEEDS: list[tuple[str, Any]] = [
    ("text files", (b"a,b,class\n" + b"1.7e308,1,x\n-1.7e308,2,y\n" * 30, {})),
    ("text files", (b"p,class,part\n1,a,train\n2,b,test\n3,a,train\n4,b,train\n" * 3, {"missing": "mean"})),
    ("npz files", (b"PK\x03\x04" + b"\xff" * 60, {})),
    ("idx files", (b"\0\0\x08\x04" + b"\0\0\0\0" + b"\x80\0\0\0" * 3, b"\0\0\x08\x01\0\0\0\0", {})),
    ("run files", b'{"format": "lsexplorer run", "version": 2, "steps": 100000000}'),
    ("settings", ("seed", "9" * 5000)),
    ("settings", ("hidden", "4096," * 9)),
    ("settings", ("soft_targets", ";")),
    ("ranges", "l2=1e-300:1e300:log9"),
    ("ranges", "l2=0:1e308:1e-308"),
    ("ranges", "l2=-1e308:1e308:1"),
    ("sweep files", b"recipe,label_smoothing,l2,seed\n"),
    ("sweep files", b'"open\n'),
    ("command lines", ["match", "--strengths", "1e-300:1e300", "--cores", "0"]),
    ("command lines", ["sweep", "--vary", "l2=0,1", "--seeds", "1000000000"]),
    ("command lines", ["match", "x.csv", "--markdown", "x.csv", "--force"]),
    ("command lines", ["train", "--l2", "ü\x1b]52;c;aGk=\x07"]),
    ("keys", (SMALL, "", [("press", "ctrl+p"), ("press", "pageup")])),
    ("keys", (SMALL, "", [("press", "space"), ("press", "ctrl+p"), ("press", "ctrl+q"), ("press", "ctrl+p")])),
    ("keys", (SMALL, "", [("press", "r"), ("resize", (1, 1)), ("press", "c"), ("resize", (200, 60))])),
    ("form and prompts", (SMALL, "", [("answer", "w", "out[b].json"), ("answer", "w", "out[b].json")])),
]


@pytest.mark.parametrize(("name", "case"), SEEDS, ids=[f"{name} {i}" for i, (name, _) in enumerate(SEEDS)])
def test_a_seed(name: str, case: Any) -> None:
    targets()[name].attack(case)
