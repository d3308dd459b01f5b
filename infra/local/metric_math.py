"""Alarms on expressions of metrics, which the emulator refuses: it gets alarms on a single metric."""

import json
from typing import Any


def without_metric_math(template: bytes) -> bytes:
    """Return the template with each such alarm on the first of its expression's metrics.

    No alarm rings on this machine, since nothing measures here; what is left stands for the alarm, and the
    dashboard refers to it.
    """
    body = json.loads(template)
    for resource in body["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            resource["Properties"] = _of_one_metric(resource["Properties"])
    return json.dumps(body).encode()


def _of_one_metric(alarm: dict[str, Any]) -> dict[str, Any]:
    first = next(each["MetricStat"] for each in alarm["Metrics"] if "MetricStat" in each)
    kept = {name: value for name, value in alarm.items() if name != "Metrics"}
    return {**kept, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
