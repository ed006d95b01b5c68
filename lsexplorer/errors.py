"""What can go wrong through no fault of the program, each with a message of one line for the user."""


class InputError(ValueError):
    """Something the user gave cannot be used; the message says what, where, and what would be right."""


class DivergenceError(ArithmeticError):
    """Training left the finite numbers; the run stands at its last finite step."""
