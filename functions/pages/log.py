"""The log of the pages' function: the one place where it writes.

An entry holds no address, no token and no words of an exception, since those may name either.
"""

from aws_lambda_powertools import Logger

logger = Logger()


def log(message: str, *, is_error: bool = False, **fields: object) -> None:
    """Write one entry with these fields."""
    write = logger.error if is_error else logger.info
    write(message, extra=fields)
