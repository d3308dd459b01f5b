"""The stack of a stage, as CloudFormation has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.settings import Settings


class CannotOperateError(Exception):
    """A command on a stage cannot be carried out; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class DeployedStage:
    """A stage with the outputs of its stack.

    Attributes:
        settings: the settings of the stage.
        session: the AWS session in the stage's region, with the shell's credentials.
        outputs: the outputs of the stack; empty while it was never deployed.
    """

    settings: Settings
    session: boto3.Session
    outputs: dict[str, str]

    @classmethod
    def read(cls, settings: Settings) -> DeployedStage:
        """Read the stack's outputs.

        Raises:
            CannotOperateError: AWS cannot be asked, for want of credentials, a region or a permission.
        """
        session = boto3.Session(region_name=settings.region)
        try:
            stacks = session.client("cloudformation").describe_stacks(StackName=settings.stack_name)["Stacks"]
        except ClientError as refusal:
            if "does not exist" not in refusal.response["Error"].get("Message", ""):
                raise CannotOperateError(
                    f"The stack {settings.stack_name} cannot be read: {refusal}"
                ) from refusal
            stacks = []
        except BotoCoreError as reason:
            raise CannotOperateError(f"AWS cannot be asked: {reason}") from reason
        outputs = {
            output["OutputKey"]: output["OutputValue"]
            for stack in stacks
            for output in stack.get("Outputs", [])
        }
        return cls(settings=settings, session=session, outputs=outputs)

    def output(self, name: str) -> str:
        """Return an output, or raise CannotOperateError where the stack was never deployed."""
        try:
            return self.outputs[name]
        except KeyError:
            raise CannotOperateError(
                f"The stack {self.settings.stack_name} has no {name}; `make deploy` creates it."
            ) from None

    def client(self, service: Any) -> Any:  # noqa: ANN401 - each caller knows its own client's type
        """Return a client of a service in the stage's region."""
        return self.session.client(service)
