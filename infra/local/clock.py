"""The stack's own clock: how far it is ahead, told to every function.

The product's one clock module reads `USHER_CLOCK_OFFSET_SECONDS`. The deployed template never sets it; the
local stack does, through the Lambda API, on a fresh version of each function that has aliases.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from botocore.exceptions import WaiterError

from infra.local.aws import Aws
from infra.local.errors import CannotRunError

VARIABLE = "USHER_CLOCK_OFFSET_SECONDS"


def now(offset_seconds: int) -> datetime:
    """The time that the stack believes it is."""
    return datetime.now(UTC) + timedelta(seconds=offset_seconds)


def set_offset(aws: Aws, *, stack: str, offset_seconds: int) -> None:
    """Tell every function of the stack how far the clock is ahead; in force when this returns."""
    for function in _functions_of(aws, stack):
        aliases = [alias["Name"] for alias in aws.functions.list_aliases(FunctionName=function)["Aliases"]]
        told = [_variables(aws, function, qualifier) for qualifier in ("$LATEST", *aliases)]
        if all(variables.get(VARIABLE, "0") == str(offset_seconds) for variables in told):
            continue
        aws.functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": {**told[0], VARIABLE: str(offset_seconds)}}
        )
        if aliases:
            _move(aws, function, aliases)


def _variables(aws: Aws, function: str, qualifier: str) -> dict[str, str]:
    configuration = aws.functions.get_function_configuration(FunctionName=function, Qualifier=qualifier)
    return dict(configuration.get("Environment", {}).get("Variables", {}))


def _functions_of(aws: Aws, stack: str) -> Iterator[str]:
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    for page in pages:
        for resource in page["StackResourceSummaries"]:
            if resource["ResourceType"] == "AWS::Lambda::Function":
                yield resource["PhysicalResourceId"]


def _move(aws: Aws, function: str, aliases: list[str]) -> None:
    """Point the aliases to a new version, once that is ready."""
    version = aws.functions.publish_version(FunctionName=function)["Version"]
    try:
        aws.functions.get_waiter("published_version_active").wait(
            FunctionName=function, Qualifier=version, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    except WaiterError as cause:
        raise CannotRunError(
            f"the function {function} does not start; the emulator's log says why"
        ) from cause
    for alias in aliases:
        aws.functions.update_alias(FunctionName=function, Name=alias, FunctionVersion=version)
