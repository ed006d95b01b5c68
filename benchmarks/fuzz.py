"""Random input from outside, for as long as wanted: how much was tried, and what the worst of it cost.

python -m benchmarks.fuzz [--seconds S] [--seed N] [--atheris] [TARGET…]
python -m benchmarks.fuzz --events N [--seed N]

Each target is tried for S seconds in a process of its own. With --atheris (`pip install -e '.[fuzz]'`) the inputs are
led by the coverage of the package. --events: so many keys, clicks, pastes and sizes of the terminal in walks over all
screens; after each the screen must show the run as it is, and now and then Esc must lead back to the explorer. A
failure is printed with its input, which belongs into tests/fuzz/test_seeds.py.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter

WALK = 1000
"""Events of a walk; each has another seed."""


def main() -> None:
    """Print a line for each target; the exit status is 1 where one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a name in tests/support/fuzz/targets.py [all]")
    parser.add_argument("--seconds", type=float, default=30, help="for each target [30]")
    parser.add_argument("--seed", type=int, default=1000, help="other inputs with every number [1000]")
    parser.add_argument("--atheris", action="store_true", help="led by coverage")
    parser.add_argument("--events", type=int, default=0, help="random events over all screens, in place of targets")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        (_with_atheris if given.atheris else _alone)(given.targets[0], given.seconds, given.seed)
        return
    if given.events:
        _walks(given.events, given.seed)
        return
    own = [word for word in sys.argv[1:] if word not in given.targets]
    if not given.atheris:
        print(f"{'target':18} {'inputs':>8} {'taken':>8} {'ms each':>8} {'worst s':>8} {'peak MB':>8}", flush=True)
    from tests.support.fuzz.targets import targets

    status = 0
    for target in given.targets or targets():
        ended = subprocess.run([sys.executable, "-m", "benchmarks.fuzz", *own, "--here", target], check=False)
        status = status or ended.returncode
    sys.exit(status and 1)


def _walks(events: int, seed: int) -> None:
    """Print a line for each walk; its screens are those on which an event ended."""
    from tests.support.fuzz.walk import walk

    done, screens = 0, Counter[str]()
    while done < events:
        start = time.perf_counter()
        seen = walk(seed, min(WALK, events - done))
        done, seed, screens = done + seen.total(), seed + 1, screens + seen
        print(
            f"seed {seed - 1}: {seen.total()} events in {time.perf_counter() - start:.0f} s, {done:,} so far",
            flush=True,
        )
    print(", ".join(f"{name} {count:,}" for name, count in screens.most_common()))


def _alone(name: str, seconds: float, seed: int) -> None:
    import resource

    from tests.support.fuzz.harness import fuzz
    from tests.support.fuzz.targets import targets

    tally = fuzz(targets()[name], seconds=seconds, first_seed=seed)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    each = tally.seconds / tally.inputs * 1e3
    counts = f"{tally.inputs:8,} {tally.taken:8,}"
    print(f"{name:18} {counts} {each:8.1f} {tally.worst_seconds:8.2f} {peak:8.0f}", flush=True)


def _with_atheris(name: str, seconds: float, seed: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["lsexplorer"]):
        from tests.support.fuzz.harness import Tally, property_of
        from tests.support.fuzz.targets import targets

        target = targets()[name]
    holds = property_of(target, Tally(), examples=1)
    options = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=8192"]
    options += ["-verbosity=0", "-print_final_stats=1"]
    options += [f"-artifact_prefix={tempfile.mkdtemp()}/"]  # else a failing input is written into this folder
    print(name, flush=True)
    atheris.Setup([sys.argv[0], *options], holds.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]
    atheris.Fuzz()


if __name__ == "__main__":
    main()
