"""All that is fuzzed."""

from functools import cache

from hypothesis import strategies as st

from tests.support.fuzz.data import (
    idx_files,
    npz_files,
    packed_files,
    read_idx,
    read_npz,
    read_text,
    text_files,
)
from tests.support.fuzz.files import mutated, mutated_json, open_run, resume_sweep, run_files, sweep_files
from tests.support.fuzz.harness import Target
from tests.support.fuzz.screens import answers, entries, happenings, key_presses, sessions, use_screens
from tests.support.fuzz.texts import FIELDS, command_lines, give_command, read_range, read_setting, texts


@cache
def targets() -> dict[str, Target]:
    """All targets by name."""
    runs, sweeps = run_files(), sweep_files()
    found = [
        Target("text files", text_files, read_text),
        Target("packed files", packed_files, read_text),
        Target("npz files", npz_files, read_npz),
        Target("idx files", idx_files, read_idx),
        Target("run files", mutated(runs) | mutated_json(runs), open_run),
        Target("settings", st.tuples(st.sampled_from(FIELDS), texts), read_setting),
        Target("ranges", st.tuples(st.sampled_from(["", "l2=", "l1="]), texts).map("".join), read_range),
        Target("sweep files", mutated(sweeps), resume_sweep),
        Target("command lines", command_lines(), give_command),
        Target("keys", sessions(happenings, 30), use_screens),
        Target("form and prompts", sessions(answers | entries | key_presses, 12), use_screens),
    ]
    return {target.name: target for target in found}
