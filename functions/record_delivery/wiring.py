"""Wires record_delivery's service."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.outbox.email_delivery_reports import EmailDeliveryReports


def email_delivery_reports(bootstrap: Bootstrap) -> EmailDeliveryReports:
    """Return the record of SES's reports."""
    return EmailDeliveryReports(bootstrap.context)
