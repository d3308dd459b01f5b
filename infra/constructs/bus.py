"""The EventBridge bus on which events are published to other systems."""

from aws_cdk import aws_events as events
from constructs import Construct


class Bus(Construct):
    """The bus. Events on it have the source `usher` and their type as the detail type."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", description="Usher: everything that happened")
