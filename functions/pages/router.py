"""The router of an area of the pages: gives its routes the services and the request."""

from typing import cast

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.pages.browser_sessions import PageRequest
from functions.pages.client_address import client_address
from functions.pages.services import PageServices


class PageRouter(Router):
    """The routes of one area of the pages, with typed access to the current request."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Powertools left it without types

    @property
    def services(self) -> PageServices:
        """The services that the handler created."""
        return cast("PageServices", self.context["services"])

    def read_request(self) -> PageRequest:
        """Read the browser's request, with a new CSRF nonce where the browser has none."""
        return self.services.sessions.read(self._event)

    @property
    def network_address(self) -> str:
        """The client's IP address or network, as rate limits count it."""
        return client_address(self._event)

    @property
    def _event(self) -> APIGatewayProxyEventV2:
        return cast("APIGatewayProxyEventV2", self.current_event)
