"""Keeps addresses out of the log, those in other people's error messages too."""

from __future__ import annotations

import re
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_ADDRESS = re.compile(r"""[^\s"'<>(),:;@\\]+@[^\s"'<>(),:;@\\]+""")


class DiscreetFormatter(LambdaPowertoolsFormatter):
    """Powertools' own format without addresses: SES names the recipient when it refuses an email."""

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - as the class above has it
        """Return the line for the log."""
        return _ADDRESS.sub("(address)", super().serialize(log))
