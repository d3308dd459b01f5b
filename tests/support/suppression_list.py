"""SES's suppression list, which moto lacks: it answers a client's call as SES's documentation has it."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.awsrequest import AWSResponse, HTTPHeaders

from tests.support.tables import REGION


class SuppressionList:
    """The suppressed addresses; `client` is a client of SES of its own, whose calls about them end here."""

    def __init__(self) -> None:
        self.addresses: set[str] = set()
        self.client: Any = boto3.client("sesv2", region_name=REGION)
        self.client.meta.events.register("before-call.sesv2.DeleteSuppressedDestination", self._delete)

    def _delete(self, params: dict[str, Any], **_: object) -> Any:
        address = params["url_path"].rpartition("/")[2].replace("%40", "@")
        if address not in self.addresses:
            error = {"Code": "NotFoundException", "Message": f"{address} is not suppressed"}
            return AWSResponse("", 404, HTTPHeaders(), None), {"Error": error}
        self.addresses.remove(address)
        return AWSResponse("", 200, HTTPHeaders(), None), {}
