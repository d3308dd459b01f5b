"""Personal records: an organization's items about one person, to be exported or erased.

Rows in the files of imports are found by services/imports/import_rows.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from usher.domain.events.enrollment import EmailVerificationRequested
from usher.store import invite_lists, keys, organizations
from usher.store.enrollment import code_uses, codes, connections, email_verifications
from usher.store.integrations import webhooks
from usher.store.people import records
from usher.store.people.records import Record
from usher.store.table import Ref, Table


def of_person(table: Table, organization: str, email: str) -> Iterator[Record]:
    """Yield every item of the organization that names the address, in any partition.

    The whole of the organization's partition is read last, and then its events. Items of other organizations
    are left out (DESIGN 7.4).
    """
    yield from _with_the_person(table, organization, email)
    shards = organizations.shards_of(table, organization)
    sent = invite_lists.all_naming(table, organization, shards, email)
    yield from _read(table, sent, email)
    yield from _read(table, code_uses.of_person(table, organization, email), email)
    made = codes.made_by(table, organization, email)
    yield from _read(table, (codes.ref(organization, row.text) for row in made), email)
    own = connections.of_organization(table, organization)
    yield from _read(table, (connections.ref(one.id) for one in own if one.created_by == email), email)
    for webhook in webhooks.of_organization(table, organization):
        yield from records.mentioning(table, keys.webhook(webhook.id), email)
    of_organization = [
        keys.organization(organization),
        *(keys.events(organization, shard) for shard in range(shards)),
    ]
    for partition in of_organization:
        yield from _beside_the_organization(table, partition, email)


def _with_the_person(table: Table, organization: str, email: str) -> Iterator[Record]:
    """Yield the person's accesses of the organization, and their links to its single sign-on."""
    for record in records.all_in(table, keys.person(email)):
        terms = record.attributes.get("terms", record.attributes)
        if terms.get("organization") == organization:
            yield record


def _beside_the_organization(table: Table, partition: str, email: str) -> Iterator[Record]:
    """Yield learner, memberships, requests, events and all other items of a partition that name the address.

    Left out are managers, and orders to erase this person.
    """
    for record in records.mentioning(table, partition, email):
        if record.kind == "erasure" and record.is_about(email):
            continue
        if record.sk.startswith(keys.MANAGER_PREFIX):
            continue
        if record.attributes.get("type") == EmailVerificationRequested.type:
            # Only the event has the verification's id, so that the verification has to be erased first.
            verification = json.loads(record.attributes["data"])["verification"]
            yield from _read(table, [email_verifications.ref(verification)], email)
        yield record


def _read(table: Table, refs: Iterable[Ref[Any]], email: str) -> Iterator[Record]:
    """Yield the items that still name the address; the index that listed them is eventually consistent."""
    for ref in list(refs):
        record = records.read(table, ref)
        if record is not None and records.names(record, email):
            yield record
