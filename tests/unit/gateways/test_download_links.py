"""Download links can be neither read nor changed, and are under a key of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from usher.gateways.download_links import BadDownloadLinkError, DownloadLink, DownloadLinks
from usher.gateways.links import Keys
from usher.gateways.person_ids import PersonIds

ORGANIZATION = "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"
LINK = DownloadLink(
    organization=ORGANIZATION,
    email="ann@x.io",
    export={"what": "activity", "from": "2027-01-01"},
    expires_at=datetime(2027, 1, 4, 9, 5, tzinfo=UTC),
)


class _Secret:
    def __init__(self, **keys: str) -> None:
        self._keys = keys

    def text(self) -> str:
        return json.dumps(self._keys)


def _keys(**keys: str) -> Keys:
    secret: object = _Secret(**keys)
    return Keys(secret)  # type: ignore[arg-type]  # the text of a secret is all that Keys asks for


KEYS = _keys(current="k1", k1="x" * 64)


def test_a_link_is_read_as_it_was_made() -> None:
    token = DownloadLinks(KEYS).token(LINK)

    assert DownloadLinks(KEYS).read(token) == LINK


def test_an_older_key_is_accepted_until_it_is_removed() -> None:
    token = DownloadLinks(KEYS).token(LINK)

    assert DownloadLinks(_keys(current="k2", k1="x" * 64, k2="y" * 64)).read(token) == LINK
    with pytest.raises(BadDownloadLinkError):
        DownloadLinks(_keys(current="k2", k2="y" * 64)).read(token)


def test_an_id_under_the_same_secret_is_no_link() -> None:
    content = json.dumps({"email": "ann@x.io", "export": {"what": "activity"}, "expires_at": 4_000_000_000})
    id_ = PersonIds(KEYS).id_of(ORGANIZATION, content)

    with pytest.raises(BadDownloadLinkError):
        DownloadLinks(KEYS).read(f"{ORGANIZATION}.{id_}")
