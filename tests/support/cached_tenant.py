"""The tenant of every test, created once by the services, in eight calls, and then copied."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.support.clock import Clock
from tests.support.tables import NAME, REGION
from tests.support.tenant import Tenant, create_tenant
from usher.services.context import Context

_ID = re.compile("[0-9A-Z]{26}")

_created: dict[datetime, tuple[Tenant, defaultdict[Any, Any]]] = {}
"""By the time of its creation: the tenant, and the partitions of a table that holds it alone."""


def cached_tenant(context: Context, clock: Clock) -> Tenant:
    """Return `create_tenant(context)`; only the first one at each time is created by calls of services.

    The context's ids continue after the tenant's own, so that all are different.
    """
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[NAME]
    if clock() not in _created:
        tenant = create_tenant(context)
        _created[clock()] = tenant, copy.deepcopy(table.items)
        return tenant
    tenant, items = _created[clock()]
    table.items = copy.deepcopy(items)
    while context.new_id() < _newest(items):
        pass
    return replace(tenant, context=context)


def _newest(items: defaultdict[Any, Any]) -> str:
    """Return the newest id that the partitions name."""
    keys = (f"{at.value} {key.value}" for at, partition in items.items() for key in partition)
    return max(found[0] for key in keys for found in _ID.finditer(key))
