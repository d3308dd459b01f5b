"""The event bus on which other systems hear what happened."""

from aws_cdk import aws_events as events
from constructs import Construct


class Bus(Construct):
    """Carries each event as source `usher` with the event's type as its detail type."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.bus = events.EventBus(self, "Bus", description="Usher: everything that happened")
