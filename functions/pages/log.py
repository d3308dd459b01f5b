"""The logger and the metrics of the people's pages."""

from functions.logs import get_logger
from functions.metrics import Metrics

logger = get_logger()
metrics = Metrics()
