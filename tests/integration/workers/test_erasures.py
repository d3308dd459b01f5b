"""erase_learner as Lambda runs it: an erasure that cannot be carried out says so."""

from __future__ import annotations

import json

import pytest

from tests.integration.workers.conftest import Run, sqs_record
from tests.support.people_data import ANN, People
from tests.support.tenant import Tenant
from usher.domain.erasures import Erasure
from usher.services.imports.import_files import ImportFiles
from usher.services.people.learner_erasures import LearnerErasures


@pytest.mark.usefixtures("harness")
def test_an_erasure_that_cannot_be_carried_out_fails_with_the_last_receive_and_can_be_put_back(
    tenant: Tenant, run: Run, import_files: ImportFiles
) -> None:
    people = People(tenant, import_files)
    tenant.accept(tenant.invite(tenant.license(), ANN))
    ordered = people.order()
    body = json.dumps({"organization": tenant.id, "erasure": ordered.id})

    def now() -> Erasure:
        return LearnerErasures(tenant.context, files=import_files).erasure(
            person=tenant.full, organization=tenant.id, erasure=ordered.id
        )

    last = run("erase_learner", {"Records": [sqs_record(body, receives=6)]})
    failed = now()
    done = people.carry_out(ordered)

    assert last == {"batchItemFailures": [{"itemIdentifier": "message"}]}
    assert failed.failed_at == ordered.ordered_at
    assert done
    assert people.mentions() == []
    assert now().failed_at is None
    assert run("erase_learner", {"Records": [sqs_record(body, receives=6)]}) == {"batchItemFailures": []}
