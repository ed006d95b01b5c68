"""What can go wrong through no fault of the program, each with a message of one line for the user."""


class InputError(ValueError):
    """Something the user gave cannot be used; the message says what, where, and what would be right.

    What cannot be printed on a line, such as a line break in a name that is quoted, becomes a space.
    """

    def __init__(self, message: str) -> None:
        super().__init__("".join(c if c.isprintable() else " " for c in message))


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; the run stands at its last finite step."""


class TrainingError(RuntimeError):
    """A training function of the user's raised an exception, which this error is raised from.

    The message is a line that names the exception and the recipe.
    """

    def __init__(self, message: str, frames: str) -> None:
        super().__init__(message, frames)
        self.frames = frames
        """Its traceback as Python prints it, of their code alone."""

    def __str__(self) -> str:
        return str(self.args[0])
