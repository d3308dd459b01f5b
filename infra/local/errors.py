"""The one error that a person meets at the command line."""


class CannotRunError(Exception):
    """The local stack cannot do what was asked; the message is one line that says what to do."""
