"""Partitions of one kind are counted together, whatever ids, addresses and shards are in their keys."""

from __future__ import annotations

import pytest

from tests.bench.scale.footprints import kind_of

ID = "01MBFYTJMAGJXKGMJJTYGGC7KV"


@pytest.mark.parametrize(
    ("index", "partition", "kind"),
    [
        ("", f"ORG#{ID}", "ORG#*"),
        ("", f"ORG#{ID}#EVENTS#31", "ORG#*#EVENTS#n"),
        ("listing", f"ORG#{ID}#INVITES#pending#0", "listing ORG#*#INVITES#pending#n"),
        ("due", "DUE#63", "due DUE#n"),
        ("", f"ORG#{ID}#INVITES_OF#{ID}#pending", "ORG#*#INVITES_OF#*#pending"),
        ("", "PERSON#ann@x.io", "PERSON#*"),
        ("", f"EMAIL#{ID}.2157da17c654449b", "EMAIL#*"),
        ("", f"ORG#{ID}#TRAIL#PERSON#{'0f' * 32}", "ORG#*#TRAIL#PERSON#*"),
    ],
)
def test_the_kind_of_a_partition_is_its_key_without_what_is_its_own(
    index: str, partition: str, kind: str
) -> None:
    assert kind_of(index, partition) == kind
