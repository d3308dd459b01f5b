"""The client of DynamoDB: botocore's, which leaves items in the form in which DynamoDB sends them.

botocore walks over every value of every item by the service's model, both ways, to find what JSON cannot say:
binary values and times. No item here has a binary value, and DynamoDB has no times. And it builds its user
agent, and finds out its endpoint, anew for each call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory
from botocore.serialize import JSONSerializer
from botocore.validate import ParamValidationDecorator

if TYPE_CHECKING:
    from botocore.model import MapShape, OperationModel, StructureShape
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
    _keep_endpoints(client)
    _leave_values(client)
    return cast("DynamoDBClient", client)


def _keep_user_agent(client: Any) -> None:  # noqa: ANN401 - as above, and its parts are in no stubs
    """Have the client build its user agent once, and not twice for each call, a sixth of a small call's time.

    What stands in it is known when the client is made: the versions, and the configuration.
    """
    creator = client._user_agent_creator  # noqa: SLF001 - botocore (1.43) has no public way
    user_agent = creator.to_string()
    creator.to_string = lambda: user_agent


def _keep_endpoints(client: Any) -> None:  # noqa: ANN401 - as above
    """Have the client find out its endpoint once for each operation, a twelfth of a small call's time.

    It follows from the region, the configuration, the credentials' account and the table: one client has one
    of each.
    """
    resolver = client._ruleset_resolver  # noqa: SLF001 - as above
    find, found = resolver.construct_endpoint, {}

    def construct_endpoint(*, operation_model: OperationModel, **call: Any) -> Any:  # noqa: ANN401 - as above
        name = operation_model.name
        if name not in found:
            found[name] = find(operation_model=operation_model, **call)
        return found[name]

    resolver.construct_endpoint = construct_endpoint


def _leave_values(client: Any) -> None:  # noqa: ANN401 - as above
    """Have the client not look at the values of items in requests, a tenth of a transaction's time."""
    serializer = client._serializer  # noqa: SLF001 - as above
    if isinstance(serializer, ParamValidationDecorator):  # in tests: see TABLE_CONFIG
        serializer._serializer = _ItemSerializer()  # type: ignore[attr-defined]  # noqa: SLF001 - as above
    else:
        client._serializer = _ItemSerializer()  # noqa: SLF001 - as above


class _ItemSerializer(JSONSerializer):
    """Writes requests of the protocol `json`, but for values of items, which have JSON's form already."""

    def _serialize(
        self,
        serialized: dict[str, Any],
        value: Any,  # noqa: ANN401 - by its shape
        shape: Any,  # noqa: ANN401 - as above
        key: str | None = None,
    ) -> None:
        if shape.name == _VALUE or (shape.type_name == "map" and shape.value.name == _VALUE):
            serialized[cast("str", key)] = value
        else:
            super()._serialize(serialized, value, shape, key)  # type: ignore[misc]  # not in the stubs


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
