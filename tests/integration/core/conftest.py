"""Fixtures of the tests of webhooks, and of people's data.

`receiver`  a real server on loopback, over TLS; what it was sent and how it answers is fresh in every test
`post`      what brings events to it, by the test's clock
`webhook`   a webhook of `house` that leads to it and is told of everything

And `people`, the learners of `house`, to be exported and erased.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.house import House
from tests.support.machinery import Machinery
from tests.support.people_data import People
from tests.support.posting import Post
from tests.support.receiving import Receiver, receiving
from usher.domain.programs.webhooks import Webhook
from usher.gateways.links import Keys
from usher.gateways.secrets import Secret
from usher.gateways.signatures import Signatures
from usher.services.importing.files import ImportFiles


@pytest.fixture(scope="module")
def server() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(server: Receiver) -> Receiver:
    server.requests.clear()
    server.answers.clear()
    return server


@pytest.fixture
def post(
    house: House,  # noqa: ARG001 - founded before the test begins
    machinery: Machinery,
) -> Iterator[Post]:
    machinery.skip()
    text = json.dumps({"current": "k1", "k1": "x" * 64, "k2": "y" * 64})
    secrets = machinery.links._keys._secret._client
    arn = secrets.create_secret(Name="webhook-keys", SecretString=text)["ARN"]
    post = Post(machinery, Signatures(Keys(Secret(client=secrets, arn=arn))))
    with post.listening():
        yield post


@pytest.fixture
def webhook(post: Post, house: House, receiver: Receiver) -> Webhook:
    """A webhook for everything."""
    return post.subscribe(house.full, house.id, receiver)


@pytest.fixture
def people(house: House, import_files: ImportFiles) -> People:
    return People(house, import_files)
