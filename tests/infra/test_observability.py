"""What rings and what does not, what the dashboard shows, and that what is read is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.metrics import MetricName
from infra.app import build
from infra.constructs.observability.metrics import OF_FUNCTIONS
from infra.local.metric_math import without_metric_math
from tests.infra.template import Template, references

Alarm = dict[str, Any]


@pytest.fixture
def alarms(template: Template) -> dict[str, Alarm]:
    """Every alarm by its name within the construct."""
    return {
        logical_id.removeprefix("Observability")[:-8]: alarm
        for logical_id, alarm in template.of_type("AWS::CloudWatch::Alarm").items()
    }


def metric_stats(alarm: Alarm) -> list[dict[str, Any]]:
    """The metrics that an alarm is made from, one or those of its expression."""
    if "Metrics" not in alarm:
        return [alarm]
    return [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]


def expression(alarm: Alarm) -> str:
    (found,) = (each["Expression"] for each in alarm["Metrics"] if "Expression" in each)
    return str(found)


def dimensions(metric: dict[str, Any]) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}


def periods(alarm: Alarm) -> tuple[int, int]:
    return alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]


def test_every_alarm_tells_somebody_and_says_what_it_means(alarms: dict[str, Alarm]) -> None:
    assert all(alarm["AlarmActions"] for alarm in alarms.values())
    assert all(alarm["AlarmDescription"].startswith("Usher: ") for alarm in alarms.values())


@pytest.mark.parametrize(
    ("name", "metrics", "dimension"),
    [
        ("Errors", {"Errors", "Invocations"}, "FunctionName"),
        ("Throttles", {"Throttles", "Invocations"}, "FunctionName"),
    ],
)
def test_of_every_function_the_rate_of_errors_rings_and_one_error_does_not(
    template: Template, alarms: dict[str, Alarm], name: str, metrics: set[str], dimension: str
) -> None:
    functions = template.of_type("AWS::Lambda::Function").keys()
    watching = {key: alarm for key, alarm in alarms.items() if key.startswith(name)}
    watched = [dimensions(metric)[dimension]["Ref"] for a in watching.values() for metric in metric_stats(a)]

    assert set(watched) == functions
    assert len(watching) == len(functions)
    for alarm in watching.values():
        assert {metric["MetricName"] for metric in metric_stats(alarm)} == metrics
        assert expression(alarm).startswith("100 * ")
        assert alarm["Threshold"] >= 1, "percent"
        breaching, looked_at = periods(alarm)
        assert 2 <= breaching < looked_at
        assert alarm["TreatMissingData"] == "notBreaching"


def test_a_function_that_seldom_runs_is_looked_at_for_longer(alarms: dict[str, Alarm]) -> None:
    lengths = {
        name: {each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each}
        for name, alarm in alarms.items()
        if name.startswith("Errors")
    }

    assert lengths.pop("ErrorsSweep") == {900}
    assert lengths.pop("ErrorsCustomMessage") == {3600}
    assert lengths.pop("ErrorsAuthChallenge") == {3600}
    assert set.union(*lengths.values()) == {300}


def test_server_errors_and_429s_ring_as_a_part_of_all_requests(
    template: Template, alarms: dict[str, Alarm]
) -> None:
    found = {
        name: {m["MetricName"] for m in metric_stats(alarms[name])}
        for name in ("ServerErrors", "TooManyRequests")
    }
    (filtered,) = template.of_type("AWS::Logs::MetricFilter").values()
    (counted,) = (m for m in metric_stats(alarms["TooManyRequests"]) if m["MetricName"] == "TooManyRequests")

    assert found == {"ServerErrors": {"5xx", "Count"}, "TooManyRequests": {"TooManyRequests", "Count"}}
    assert periods(alarms["ServerErrors"]) == periods(alarms["TooManyRequests"]) == (3, 5)
    assert filtered["FilterPattern"] == '{ $.status = "429" }'
    (transformed,) = filtered["MetricTransformations"]
    assert (transformed["MetricNamespace"], transformed["MetricName"]) == (
        counted["Namespace"],
        counted["MetricName"],
    )
    logged = json.loads(template.one("AWS::ApiGatewayV2::Stage")["Properties"]["AccessLogSettings"]["Format"])
    assert logged["status"] == "$context.status", "what the filter reads"


def test_a_sweep_that_does_not_run_rings_for_want_of_its_metric(alarms: dict[str, Alarm]) -> None:
    alarm = alarms["SweepDidNotRun"]

    assert (alarm["MetricName"], alarm["Statistic"], alarm["Period"]) == ("SweepRuns", "Sum", 900)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    others = {name for name, each in alarms.items() if each["TreatMissingData"] != "notBreaching"}
    assert others == {"SweepDidNotRun"}


def test_a_workflow_that_has_failed_rings_at_once(template: Template, alarms: dict[str, Alarm]) -> None:
    """It has tried nine times, and all that starts at its moment hangs on it."""
    alarm = alarms["FailedStarts"]
    definition = json.loads(
        template.one("AWS::StepFunctions::StateMachine")["Properties"]["DefinitionString"]
    )
    (retry,) = definition["States"]["Start access"]["Retry"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/States", "ExecutionsFailed")
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "Sum",
        "GreaterThanThreshold",
        0,
    )
    assert periods(alarm) == (1, 1)
    assert (retry["ErrorEquals"], retry["MaxAttempts"]) == (["States.ALL"], 8)


def test_the_age_of_the_stream_of_the_outbox_and_of_each_queue_rings(
    template: Template, alarms: dict[str, Alarm]
) -> None:
    aged = {
        metric["Value"]["Fn::GetAtt"][0]
        for alarm in alarms.values()
        if alarm.get("MetricName") == "ApproximateAgeOfOldestMessage"
        for metric in alarm["Dimensions"]
    }
    fed = {
        mapping["EventSourceArn"]["Fn::GetAtt"][0]
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if mapping["EventSourceArn"]["Fn::GetAtt"][1] == "Arn"
    }
    (dispatch,) = references(dimensions(alarms["IteratorAge"])["FunctionName"])

    assert aged == fed
    assert template.resources[dispatch]["Properties"]["Handler"] == "functions.dispatch.handler.handler"
    assert alarms["IteratorAge"]["Threshold"] == 300_000
    assert alarms["OutboxAge"]["Threshold"] == 1800


def test_throttles_of_the_table_and_of_each_index_ring(template: Template, alarms: dict[str, Alarm]) -> None:
    table = template.one("AWS::DynamoDB::Table")["Properties"]
    indexes = {index["IndexName"] for index in table["GlobalSecondaryIndexes"]}
    watching = [alarm for name, alarm in alarms.items() if name.startswith("TableThrottles")]

    assert {dimensions(metric_stats(alarm)[0]).get("GlobalSecondaryIndexName") for alarm in watching} == {
        None,
        *indexes,
    }
    for alarm in watching:
        assert {m["MetricName"] for m in metric_stats(alarm)} == {"ReadThrottleEvents", "WriteThrottleEvents"}
        assert periods(alarm) == (3, 5)


def test_emails_ring_before_ses_stops_sending(alarms: dict[str, Alarm]) -> None:
    assert (alarms["EmailQuota"]["MetricName"], alarms["EmailQuota"]["Threshold"]) == ("EmailQuotaUsed", 80)
    assert alarms["BounceRate"]["MetricName"] == "Reputation.BounceRate"
    assert alarms["ComplaintRate"]["MetricName"] == "Reputation.ComplaintRate"


def test_each_metric_of_functions_is_one_that_they_write(
    template: Template, alarms: dict[str, Alarm]
) -> None:
    own = {
        (dimensions(metric)["service"], metric["MetricName"], metric["Namespace"])
        for alarm in alarms.values()
        for metric in metric_stats(alarm)
        if "service" in dimensions(metric)
    }
    read = {(service, name) for service, names in OF_FUNCTIONS.items() for name in names}

    assert {name for _, name in read} <= set(MetricName)
    assert {(service, name) for service, name, _ in own} <= read
    assert {namespace for _, _, namespace in own} == {
        function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
        for function in template.functions().values()
    }


def test_a_function_writes_the_metrics_that_are_read_of_it() -> None:
    root = Path(__file__).resolve().parents[2] / "functions"
    for service, names in OF_FUNCTIONS.items():
        code = "".join(path.read_text() for path in (root / service).rglob("*.py"))
        for name in names:
            assert f"MetricName.{MetricName(name).name}" in code, f"{service} does not write {name}"


def test_the_dashboard_begins_with_whether_it_is_well(template: Template) -> None:
    body = template.one("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"]
    joined = "".join(part if isinstance(part, str) else "token" for part in body["Fn::Join"][1])
    widgets = json.loads(joined)["widgets"]
    top = [widget for widget in widgets if widget["y"] == 0]
    values = [widget for widget in widgets if widget["properties"].get("view") == "singleValue"]

    assert [widget["type"] for widget in top] == ["text", "alarm"]
    assert top[0]["properties"]["markdown"].startswith("## Is it well?")
    assert len(top[1]["properties"]["alarms"]) == len(template.of_type("AWS::CloudWatch::Alarm"))
    assert {widget["y"] for widget in values} == {top[0]["height"]}, "one row, right below"
    assert sum(widget["width"] for widget in values) == 24
    assert all(widget["y"] > values[0]["y"] for widget in widgets if widget not in [*top, *values])


def test_the_dashboard_counts_the_cold_starts_of_every_function(template: Template) -> None:
    body = template.one("AWS::CloudWatch::Dashboard")["Properties"]["DashboardBody"]
    joined = "".join(part if isinstance(part, str) else "token" for part in body["Fn::Join"][1])
    (graph,) = (w for w in json.loads(joined)["widgets"] if w["properties"].get("title") == "Cold starts")
    counted = {metric[metric.index("service") + 1] for metric in graph["properties"]["metrics"]}

    assert counted == {
        function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
        for function in template.functions().values()
    }


def test_functions_are_traced(template: Template) -> None:
    modes = {name: function["TracingConfig"]["Mode"] for name, function in template.functions().items()}

    assert set(modes.values()) == {"Active"}


def test_routes_have_metrics_of_their_own_only_where_a_stage_asks_and_so_have_debugging_lines(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    context: dict[str, object] = {
        "aws:cdk:bundling-stacks": [],
        "route_metrics": True,
        "log_sample_rate": 0.05,
    }
    build(outdir=str(tmp_path), context=context).synth()
    asked = Template.read(tmp_path)

    def seen(stack: Template) -> tuple[object, set[tuple[str, str]]]:
        stage = stack.one("AWS::ApiGatewayV2::Stage")["Properties"]["DefaultRouteSettings"]
        logs = {
            (
                function["LoggingConfig"]["ApplicationLogLevel"],
                function["Environment"]["Variables"]["POWERTOOLS_LOGGER_SAMPLE_RATE"],
            )
            for function in stack.functions().values()
        }
        return stage["DetailedMetricsEnabled"], logs

    assert seen(template) == (False, {("INFO", "0")})
    assert seen(asked) == (True, {("DEBUG", "0.05")})


def test_the_emulator_gets_alarms_of_one_metric_with_all_else_as_it_is(template: Template) -> None:
    simple = json.loads(without_metric_math(json.dumps(template.body).encode()))
    alarms = {
        key: one["Properties"]
        for key, one in simple["Resources"].items()
        if one["Type"] == "AWS::CloudWatch::Alarm"
    }
    rest = {key: one for key, one in simple["Resources"].items() if key not in alarms}

    assert alarms.keys() == template.of_type("AWS::CloudWatch::Alarm").keys()
    assert rest == {key: one for key, one in template.resources.items() if key not in alarms}
    for alarm in alarms.values():
        assert "Metrics" not in alarm
        assert alarm["MetricName"]
        assert alarm["Period"] >= 60
        assert alarm["Statistic"] in {"Sum", "Maximum", "Average"}
