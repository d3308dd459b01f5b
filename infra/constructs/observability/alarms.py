"""The alarms. Rates ring and single errors do not; what waits for a person, such as a dead letter, does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.handler import Handler
from infra.constructs.http_api import HttpApi
from infra.constructs.mail import Mail
from infra.constructs.observability import metrics
from infra.constructs.queues import DeadLetters, WorkQueue
from infra.constructs.table import SeatTable

_FAILED_PERCENT = 5
_REFUSED_PERCENT = 1
_SERVER_ERRORS_PERCENT = 1
_TOO_MANY_REQUESTS_PERCENT = 5
_QUOTA_USED_PERCENT = 80
_ITERATOR_TOO_OLD = Duration.minutes(5)
_OUTBOX_TOO_OLD = Duration.minutes(30)
"""An event is late after ten minutes, and the sweep has it delivered again within a quarter of an hour."""

_BOUNCE_RATE = 0.05
_COMPLAINT_RATE = 0.001
"""SES puts an account under review at 5 % bounces or 0.1 % complaints."""

_RARE = {
    "sweep": metrics.SWEEP_PERIOD,
    "auth_challenge": Duration.hours(1),
    "custom_message": Duration.hours(1),
}
"""Functions that run so seldom that periods of five minutes have none or one invocation."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the alarms watch.

    Attributes:
        oldest_in: the work queues, each with the longest time that a message may wait in it.
    """

    http: HttpApi
    table: SeatTable
    mail: Mail
    machine: sfn.StateMachine
    dispatch: Handler
    handlers: Sequence[Handler]
    oldest_in: Sequence[tuple[WorkQueue, Duration]]
    dead_letters: Sequence[DeadLetters]


@dataclass(frozen=True, kw_only=True)
class Alarms:
    """The alarms by what they are about."""

    dead_letters: list[cloudwatch.Alarm]
    functions: list[cloudwatch.Alarm]
    services: list[cloudwatch.Alarm]
    events: list[cloudwatch.Alarm]
    queues: list[cloudwatch.Alarm]
    mail: list[cloudwatch.Alarm]

    @property
    def all(self) -> list[cloudwatch.Alarm]:
        """Every alarm."""
        return [
            *self.dead_letters,
            *self.services,
            *self.events,
            *self.queues,
            *self.mail,
            *self.functions,
        ]


class AlarmFactory:
    """Makes the alarms in `scope`, which publish to `topic`."""

    def __init__(self, scope: Construct, *, topic: sns.ITopic, watched: Watched) -> None:
        self._scope = scope
        self._topic = topic
        self._watched = watched

    def make(self) -> Alarms:
        """Make all alarms."""
        return Alarms(
            dead_letters=list(self._dead_letters()),
            functions=[alarm for handler in self._watched.handlers for alarm in self._function(handler)],
            services=[*self._http(), *self._table()],
            events=[*self._starts(), *self._outbox(), *self._sweep()],
            queues=list(self._queues()),
            mail=list(self._mail()),
        )

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        *,
        means: str,
        above: float | None = None,
        below: float | None = None,
        periods: tuple[int, int] = (1, 1),
    ) -> cloudwatch.Alarm:
        """Make an alarm that rings when so many of so many `periods` are above or below a value.

        Without any measurement the value is as it should be, unless it must not fall `below`.
        """
        breaching, looked_at = periods
        alarm = cloudwatch.Alarm(
            self._scope,
            name,
            metric=metric,
            threshold=above if above is not None else below or 0,
            comparison_operator=(
                cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
                if above is None
                else cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
            ),
            datapoints_to_alarm=breaching,
            evaluation_periods=looked_at,
            treat_missing_data=(
                cloudwatch.TreatMissingData.BREACHING
                if above is None
                else cloudwatch.TreatMissingData.NOT_BREACHING
            ),
            alarm_description=f"Usher: {means}",
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))
        return alarm

    def _dead_letters(self) -> Iterator[cloudwatch.Alarm]:
        for queue in self._watched.dead_letters:
            yield self._alarm(
                f"DeadLetters{name_of(queue)}",
                queue.metric_approximate_number_of_messages_visible(
                    period=metrics.PERIOD, statistic="Maximum"
                ),
                above=0,
                means=f"{queue.node.path}: something could not be handled and waits for a person",
            )

    def _function(self, handler: Handler) -> Iterator[cloudwatch.Alarm]:
        rare = _RARE.get(handler.name)
        yield self._alarm(
            f"Errors{handler.node.id}",
            metrics.failure_rate(handler, period=rare or metrics.PERIOD),
            above=_FAILED_PERCENT,
            periods=(2, 3) if rare else (3, 5),
            means=f"the function {handler.name} fails more than {_FAILED_PERCENT} % of the time",
        )
        yield self._alarm(
            f"Throttles{handler.node.id}",
            metrics.throttle_rate(handler),
            above=_REFUSED_PERCENT,
            periods=(3, 5),
            means=f"the function {handler.name} is refused for want of concurrency",
        )

    def _http(self) -> Iterator[cloudwatch.Alarm]:
        stage = self._watched.http.stage
        requests = stage.metric_count(period=metrics.PERIOD)
        yield self._alarm(
            "ServerErrors",
            metrics.percentage(
                stage.metric_server_error(period=metrics.PERIOD, statistic="Sum"),
                requests,
                label="5xx, % of requests",
            ),
            above=_SERVER_ERRORS_PERCENT,
            periods=(3, 5),
            means=f"the HTTP API answers more than {_SERVER_ERRORS_PERCENT} % of requests with a 5xx",
        )
        yield self._alarm(
            "TooManyRequests",
            metrics.percentage(metrics.too_many_requests(self._scope), requests, label="429, % of requests"),
            above=_TOO_MANY_REQUESTS_PERCENT,
            periods=(3, 5),
            means=f"more than {_TOO_MANY_REQUESTS_PERCENT} % of requests are refused for their rate (429)",
        )

    def _table(self) -> Iterator[cloudwatch.Alarm]:
        for index in (None, *self._watched.table.index_names):
            what = "the table" if index is None else f"the index {index}"
            suffix = "" if index is None else "".join(part.capitalize() for part in index.split("_"))
            yield self._alarm(
                f"TableThrottles{suffix}",
                metrics.table_throttles(self._watched.table, index),
                above=0,
                periods=(3, 5),
                means=f"DynamoDB keeps refusing reads or writes of {what}",
            )

    def _starts(self) -> Iterator[cloudwatch.Alarm]:
        # Whatever shares a moment and lane hangs on one workflow, which has failed after nine attempts.
        yield self._alarm(
            "FailedStarts",
            self._watched.machine.metric_failed(period=metrics.SWEEP_PERIOD),
            above=0,
            means="a workflow did not start all accesses of its moment; the sweep starts them late",
        )
        yield self._alarm(
            "LateStarts",
            metrics.of_sweep(self._scope, "LateStarts"),
            above=0,
            periods=(2, 4),
            means="the sweep keeps starting accesses that the workflow should have started",
        )

    def _outbox(self) -> Iterator[cloudwatch.Alarm]:
        yield self._alarm(
            "IteratorAge",
            metrics.iterator_age(self._watched.dispatch),
            above=_ITERATOR_TOO_OLD.to_milliseconds(),
            periods=(2, 3),
            means="dispatch is more than five minutes behind the table's stream",
        )
        yield self._alarm(
            "RedispatchedEvents",
            metrics.of_sweep(self._scope, "RedispatchedEvents"),
            above=0,
            periods=(2, 3),
            means="the sweep keeps having events delivered again that were not dispatched in ten minutes",
        )
        yield self._alarm(
            "OutboxAge",
            metrics.of_sweep(self._scope, "OutboxAge", statistic="Maximum"),
            above=_OUTBOX_TOO_OLD.to_seconds(),
            means="an event has waited for its dispatch for more than half an hour",
        )

    def _sweep(self) -> Iterator[cloudwatch.Alarm]:
        yield self._alarm(
            "SweepDidNotRun",
            metrics.of_sweep(self._scope, "SweepRuns"),
            below=1,
            periods=(3, 3),
            means="no sweep has come to its end for three quarters of an hour",
        )
        yield self._alarm(
            "SweepFailures",
            metrics.of_sweep(self._scope, "SweepFailures"),
            above=0,
            periods=(2, 3),
            means="some of the sweep's work fails again and again",
        )

    def _queues(self) -> Iterator[cloudwatch.Alarm]:
        for work, longest in self._watched.oldest_in:
            yield self._alarm(
                f"OldestIn{name_of(work.queue)}",
                work.queue.metric_approximate_age_of_oldest_message(
                    period=metrics.PERIOD, statistic="Maximum"
                ),
                above=longest.to_seconds(),
                means=f"{work.node.path}: a message has waited for {longest.to_minutes():.0f} minutes",
            )

    def _mail(self) -> Iterator[cloudwatch.Alarm]:
        yield self._alarm(
            "EmailQuota",
            metrics.of_sweep(self._scope, "EmailQuotaUsed", statistic="Maximum"),
            above=_QUOTA_USED_PERCENT,
            means=f"{_QUOTA_USED_PERCENT} % of SES's quota for 24 hours is used; ask for a higher one",
        )
        yield self._alarm(
            "BounceRate",
            metrics.reputation(self._watched.mail, "Reputation.BounceRate"),
            above=_BOUNCE_RATE,
            means="too many emails bounce; SES may stop sending",
        )
        yield self._alarm(
            "ComplaintRate",
            metrics.reputation(self._watched.mail, "Reputation.ComplaintRate"),
            above=_COMPLAINT_RATE,
            means="too many recipients complain; SES may stop sending",
        )


def name_of(queue: sqs.IQueue) -> str:
    """Return a queue's path as a name: `Mail/ToSend/DeadLetters` and `Mail/ToSend/Queue` → `MailToSend`."""
    return "".join(part for part in queue.node.path.split("/")[1:] if part not in ("DeadLetters", "Queue"))
