"""What can go wrong through no fault of the program, each with a message of one line for the user."""


class InputError(ValueError):
    """Something the user gave cannot be used; the message says what, where, and what would be right.

    What cannot be printed on a line, such as a line break in a name that is quoted, becomes a space.
    """

    def __init__(self, message: str) -> None:
        super().__init__("".join(c if c.isprintable() else " " for c in message))


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; the run stands at its last finite step."""
