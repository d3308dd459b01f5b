"""Alarms and the dashboard."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.handler import Handler, metrics_namespace
from infra.constructs.http_api import HttpApi
from infra.constructs.mail import Mail
from infra.constructs.queues import DeadLetters, WorkQueue
from infra.settings import Settings

LATE_STARTS = "LateStarts"
"""The metric of accesses that the sweep started because the state machine had not."""

REDISPATCHED_EVENTS = "RedispatchedEvents"
"""The metric of events that the sweep had the stream deliver again, since they were not dispatched."""

_PERIOD = Duration.minutes(5)
_MAIL_TOO_OLD = Duration.minutes(15)
_BULK_MAIL_TOO_OLD = Duration.hours(2)
"""An import of 50,000 rows takes an hour at SES's 14 emails a second."""
_BOUNCE_RATE = 0.05
_COMPLAINT_RATE = 0.001
"""SES puts an account under review at 5 % bounces or 0.1 % complaints."""


class Observability(Construct):
    """The alarms, which publish to one topic that operators subscribe to, and the dashboard."""

    def __init__(  # noqa: PLR0913 - it watches every other construct
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        settings: Settings,
        http: HttpApi,
        handlers: Sequence[Handler],
        mail: Mail,
        queues: Sequence[WorkQueue | DeadLetters],
        machine: sfn.StateMachine,
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Alarms", enforce_ssl=True, master_key=key)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsOfThisAccount",
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if settings.alarm_email:
            self.topic.add_subscription(subscriptions.EmailSubscription(settings.alarm_email))
        self._http = http
        self._handlers = handlers
        self._mail = mail
        others = [queue for queue in queues if isinstance(queue, WorkQueue)]
        self._work_queues = [mail.to_send, mail.bulk, mail.deliveries, *others]
        self._dead_letters = [
            *(queue for queue in queues if isinstance(queue, DeadLetters)),
            *(work.dead_letters for work in self._work_queues),
        ]
        self._machine = machine
        alarms = [
            *self._dead_letter_alarms(),
            *self._function_alarms(),
            *self._service_alarms(),
            *self._mail_alarms(),
        ]
        self._dashboard(alarms)

    def _alarm(
        self, name: str, metric: cloudwatch.IMetric, *, above: float, means: str, periods: int = 1
    ) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=above,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"Usher: {means}",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        return alarm

    def _dead_letter_alarms(self) -> list[cloudwatch.Alarm]:
        return [
            self._alarm(
                f"DeadLetters{_name_of(queue)}",
                queue.metric_approximate_number_of_messages_visible(period=_PERIOD, statistic="Maximum"),
                above=0,
                means=f"{queue.node.path}: something could not be handled and waits for a person",
            )
            for queue in self._dead_letters
        ]

    def _function_alarms(self) -> list[cloudwatch.Alarm]:
        alarms = []
        for handler in self._handlers:
            function = handler.function
            alarms += [
                self._alarm(
                    f"Errors{handler.node.id}",
                    function.metric_errors(period=_PERIOD),
                    above=0,
                    means=f"the function {handler.name} failed",
                ),
                self._alarm(
                    f"Throttles{handler.node.id}",
                    function.metric_throttles(period=_PERIOD),
                    above=0,
                    means=f"the function {handler.name} was refused for want of concurrency",
                ),
            ]
        return alarms

    def _service_alarms(self) -> list[cloudwatch.Alarm]:
        return [
            self._alarm(
                "ServerErrors",
                self._http.stage.metric_server_error(period=_PERIOD, statistic="Sum"),
                above=0,
                means="the HTTP API answered with a 5xx",
            ),
            self._alarm(
                "FailedStarts",
                self._machine.metric_failed(period=_PERIOD),
                above=0,
                means="a workflow that waits for a start of access failed; the sweep will start it late",
            ),
            self._alarm(
                "LateStarts",
                _of_sweep(self, LATE_STARTS),
                above=0,
                means="the sweep had to start an access that the workflow should have started",
            ),
            self._alarm(
                "RedispatchedEvents",
                _of_sweep(self, REDISPATCHED_EVENTS),
                above=0,
                means="the sweep had events delivered again that were not dispatched within ten minutes",
            ),
        ]

    def _mail_alarms(self) -> list[cloudwatch.Alarm]:
        to_send = self._mail.to_send.queue
        return [
            self._alarm(
                "MailWaits",
                to_send.metric_approximate_age_of_oldest_message(period=_PERIOD, statistic="Maximum"),
                above=_MAIL_TOO_OLD.to_seconds(),
                means="an email has waited for longer than a quarter of an hour",
            ),
            self._alarm(
                "BulkMailWaits",
                self._mail.bulk.queue.metric_approximate_age_of_oldest_message(
                    period=_PERIOD, statistic="Maximum"
                ),
                above=_BULK_MAIL_TOO_OLD.to_seconds(),
                means="an email of a batch or an import has waited for longer than two hours",
            ),
            self._alarm(
                "BounceRate",
                self._reputation("Reputation.BounceRate"),
                above=_BOUNCE_RATE,
                means="too many emails bounce; SES may stop sending",
            ),
            self._alarm(
                "ComplaintRate",
                self._reputation("Reputation.ComplaintRate"),
                above=_COMPLAINT_RATE,
                means="too many recipients complain; SES may stop sending",
            ),
        ]

    def _reputation(self, metric: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/SES",
            metric_name=metric,
            dimensions_map={
                "ses:configuration-set": self._mail.configuration_set.configuration_set_name,
            },
            period=Duration.hours(1),
            statistic="Average",
        )

    def _dashboard(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        stage = self._http.stage
        board = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(1))
        board.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24, height=4))
        board.add_widgets(
            _graph(
                "Requests",
                stage.metric_count(period=_PERIOD),
                stage.metric_client_error(period=_PERIOD, statistic="Sum"),
                stage.metric_server_error(period=_PERIOD, statistic="Sum"),
            ),
            _graph("Latency", *(stage.metric_latency(period=_PERIOD, statistic=s) for s in ("p50", "p99"))),
        )
        board.add_widgets(
            _graph("Function errors", *(h.function.metric_errors(period=_PERIOD) for h in self._handlers)),
            _graph(
                "Function duration (p99)",
                *(h.function.metric_duration(period=_PERIOD, statistic="p99") for h in self._handlers),
            ),
        )
        board.add_widgets(
            _graph(
                "Waiting in queues",
                *(
                    w.queue.metric_approximate_number_of_messages_visible(period=_PERIOD)
                    for w in self._work_queues
                ),
            ),
            _graph(
                "Starts of access",
                self._machine.metric_succeeded(period=_PERIOD),
                self._machine.metric_failed(period=_PERIOD),
                _of_sweep(self, LATE_STARTS),
            ),
        )


def _graph(title: str, *metrics: cloudwatch.IMetric) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=12)


def _of_sweep(scope: Construct, metric: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=metrics_namespace(scope),
        metric_name=metric,
        dimensions_map={"service": "sweep"},
        period=_PERIOD,
        statistic="Sum",
    )


def _name_of(queue: sqs.IQueue) -> str:
    """Return a queue's path as a name: `Mail/ToSend/DeadLetters` → `MailToSend`."""
    return "".join(part for part in queue.node.path.split("/")[1:] if part != "DeadLetters")
