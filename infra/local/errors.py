"""The error that the local stack's commands print."""


class CannotRunError(Exception):
    """The local stack cannot do what was asked; the message is one line that says what to do."""
