"""The session's clients are botocore's own, made of the same models (decision 91)."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.exceptions import DataNotFoundError

from infra.aws_services import SERVICES
from tests.unit.workers.test_cold_start import ENVIRONMENT
from usher.aws_session import create_session
from usher.bootstrap import Bootstrap


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("type_name", ["service-2", "endpoint-rule-set-1", "paginators-1"])
def test_models_are_as_botocore_reads_them(service: str, type_name: str) -> None:
    theirs = botocore.session.get_session().get_component("data_loader")
    ours = create_session().get_component("data_loader")

    assert ours.load_service_model(service, type_name) == theirs.load_service_model(service, type_name)


def test_the_files_of_all_services_are_as_botocore_reads_them() -> None:
    theirs = botocore.session.get_session().get_component("data_loader")
    ours = create_session().get_component("data_loader")

    for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
        assert ours.load_data(name) == theirs.load_data(name)


def test_a_service_that_there_is_not_is_refused() -> None:
    with pytest.raises(DataNotFoundError):
        create_session().create_client("no-such-service", region_name="us-east-1")


def test_who_calls_the_same_service_shares_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bootstrap = Bootstrap(ENVIRONMENT)

    assert bootstrap.email_queue._client is bootstrap.bulk_email_queue._client
    assert bootstrap.mail._client is bootstrap.suppressions._client
