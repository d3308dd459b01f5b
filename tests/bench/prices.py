"""The prices of AWS that the price of a million invites is computed from (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

AS_OF: Final = "2026-11-26, us-east-1, on demand, no free tier"

PER_MILLION: Final[Mapping[str, float]] = {
    "DynamoDB writes": 0.625,  # write request units
    "DynamoDB reads": 0.125,  # read request units
    "Step Functions": 25.0,  # state transitions of a standard workflow
    "EventBridge": 1.0,  # custom events
    "SQS": 0.40,  # requests
    "SNS": 0.50,  # publications, of SES's reports
    "API Gateway": 1.0,  # requests to an HTTP API
    "CloudFront": 1.0,  # requests by HTTPS
    "Lambda requests": 0.20,
    "Lambda time": 13.3334,  # GB-seconds on arm64
    "SES": 100.0,  # emails
}
"""Dollars for a million units of each."""

COGNITO_PER_ACTIVE_USER: Final[Mapping[str, float]] = {"LITE": 0.0055, "ESSENTIALS": 0.015, "PLUS": 0.02}
"""Dollars for a user who signs in within a month, by plan: those of the first 90,000 beyond the free ones."""
