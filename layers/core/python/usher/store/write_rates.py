"""Write rates: the write units that an organization's events are in a minute, as dispatch counts them."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from usher.store.keys import figures as keys
from usher.store.table import Row, Table

_KEPT = timedelta(hours=1)


class WriteRateRow(Row):
    """`WRITES#o`, `MINUTE#yyyy-mm-ddThh:mmZ`: the units of the events that occurred in that minute."""

    units = NumberAttribute()
    expires_on = NumberAttribute()


def add(table: Table, organization: str, minute: datetime, units: int) -> int:
    """Add to the units of a minute, and return how many they are now: one call."""
    answer = table.connection.dispatch(
        "UpdateItem",
        {
            "TableName": table.name,
            "Key": {
                "pk": {"S": keys.write_rates(organization)},
                "sk": {"S": keys.write_rate(minute.strftime("%Y-%m-%dT%H:%MZ"))},
            },
            "UpdateExpression": "ADD units :units SET expires_on = :expires_on",
            "ExpressionAttributeValues": {
                ":units": {"N": str(units)},
                ":expires_on": {"N": str(int((minute + _KEPT).timestamp()))},
            },
            "ReturnValues": "UPDATED_NEW",
        },
    )
    return int(answer["Attributes"]["units"]["N"])
