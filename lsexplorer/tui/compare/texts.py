"""What the compare screen says."""

from lsexplorer.render.numbers import format_setting

EVERY_METHOD_LOST = "Every method has overflowed. b goes back; in the explorer f lets you lower η."
NO_SMOOTHING = "This loss takes hard targets only, so there is no smoothing to match."


def introduced(changes: int) -> str:
    """When the comparison opens; changes: how many were made on the path of the explorer's run."""
    if not changes:
        return "Each method has one regulariser; all else is as in the explorer."
    return (
        "Each method has one regulariser; all else is as the explorer has it now, from step 0 on: "
        f"{_changes(changes)} made during its run {'is' if changes == 1 else 'are'} not repeated."
    )


def replaces(step: int, changes: int, name: str, to: int) -> str:
    """Before a method takes the place of the explorer's run."""
    made = f", {_changes(changes)}" if changes else ""
    return (
        f"Enter again puts {name} at step {to:,} into the explorer; its own run ({step:,} steps{made}) is then kept: "
        "K goes back to it."
    )


def overflowed(name: str) -> str:
    """Where a method has no finite numbers to go on with."""
    return f"{name} has overflowed: b goes back to where its numbers are finite."


def matching(who: str, a: float, phase: str = "starting", done: int = 0, total: int = 0) -> str:
    """While a match is under way; total: networks to train, 0 where that is not known yet."""
    filled = round(12 * done / total) if total else 0
    bar = "━" * filled + "┄" * (12 - filled)
    counts = f", {done:,} of {total:,}" if total else ""
    return f"Matching {who} to a = {format_setting(a)}  {bar} {phase}{counts} · m cancels"


def matched(label: str, symbol: str, strength: float) -> str:
    """After a match that found a regulariser's strength."""
    found = f"{symbol} = {format_setting(strength, 3)}"
    return f"Matched {label}, {found}, is now a method, trained as far as the others. m: the verdict."


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'}"
