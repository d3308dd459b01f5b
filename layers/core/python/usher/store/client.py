"""The client of DynamoDB: botocore's, which leaves items in the form in which DynamoDB sends them.

botocore walks over every value of every item by the service's model, to find what JSON cannot say: binary
values and times. No item here has a binary value, and DynamoDB has no times. And it builds its user agent
anew for each call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory

if TYPE_CHECKING:
    from botocore.model import MapShape, StructureShape
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient

_VALUE = "AttributeValue"
"""The name of the shape of a value in DynamoDB's model."""


def create_client(session: Session, config: Config, *, region: str | None = None) -> DynamoDBClient:
    """Create a client of DynamoDB, in the environment's region if none is named."""
    former = session.get_component("response_parser_factory")
    session.register_component("response_parser_factory", _ParserFactory())
    try:
        client: Any = session.create_client("dynamodb", region_name=region, config=config)
    finally:
        session.register_component("response_parser_factory", former)
    _keep_user_agent(client)
    return cast("DynamoDBClient", client)


def _keep_user_agent(client: Any) -> None:  # noqa: ANN401 - as above, and its parts are in no stubs
    """Have the client build its user agent once, and not twice for each call, a sixth of a small call's time.

    What stands in it is known when the client is made: the versions, and the configuration.
    """
    creator = client._user_agent_creator  # noqa: SLF001 - botocore (1.43) has no public way
    user_agent = creator.to_string()
    creator.to_string = lambda: user_agent


class _ItemParser(JSONParser):
    """Parses answers of the protocol `json`, but for values of items, which JSON has parsed already."""

    def _handle_map(self, shape: MapShape, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if shape.value.name == _VALUE:
            return value
        parsed: Mapping[str, Any] = super()._handle_map(shape, value)  # type: ignore[misc]  # not in the stubs
        return parsed

    def _handle_structure(self, shape: StructureShape, value: Mapping[str, Any]) -> Mapping[str, Any]:
        if shape.name == _VALUE:
            return value
        parsed: Mapping[str, Any] = super()._handle_structure(shape, value)  # type: ignore[misc]  # not in the stubs
        return parsed


class _ParserFactory(ResponseParserFactory):
    """Makes the parser, the same one for each answer: it keeps nothing of them."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = _ItemParser()

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Return the parser; the protocol is always `json`, that of DynamoDB."""
        if protocol_name == "json":
            return self._parser
        return super().create_parser(protocol_name)
