"""The logger of the people's pages."""

from functions.logs import get_logger

logger = get_logger()
