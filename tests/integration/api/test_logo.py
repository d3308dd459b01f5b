"""The upload of a logo, over HTTP, to the public file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.api.conftest import SITE_BUCKET
from tests.support.api_caller import Caller
from tests.support.images import image_file, read_image
from tests.support.imports import BUCKET
from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.suspensions import suspend
from tests.support.tenant import Tenant, create_tenant

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from usher.services.context import Context


@pytest.fixture
def path(base: str) -> str:
    return f"{base}/logo"


def uploaded(manager: Caller, path: str, bucket: S3Client, content: bytes) -> str:
    """Upload a file as the form would, and return the upload's id."""
    made = manager.post(path).json
    bucket.put_object(Bucket=BUCKET, Key=made["upload"]["fields"]["key"], Body=content)
    return str(made["id"])


def put(manager: Caller, path: str, bucket: S3Client, content: bytes) -> str:
    """Upload an image and make it the logo; return its address."""
    answer = manager.call("PUT", path, body={"upload": uploaded(manager, path, bucket, content)})
    assert answer.status == 200, answer.text
    return str(answer.json["branding"]["logo_url"])


def public_keys(client: S3Client) -> list[str]:
    return [one["Key"] for one in client.list_objects_v2(Bucket=SITE_BUCKET).get("Contents", [])]


def test_the_form_takes_one_small_file_for_a_quarter_of_an_hour(
    manager: Caller, path: str, base: str, tenant: Tenant
) -> None:
    before = manager.get(base).json

    answer = manager.post(path)

    assert answer.status == 201, answer.text
    form = answer.json["upload"]
    assert form["until"] == "2027-01-04T09:15:00Z"
    assert form["fields"]["key"] == f"{tenant.id}/logo-{answer.json['id']}/file"
    assert manager.get(base).json == before


def test_a_repeated_request_answers_with_a_form_for_the_same_upload(manager: Caller, path: str) -> None:
    keyed = manager.sending(idempotency_key="k")
    first, again = keyed.post(path), keyed.post(path)

    assert (again.status, again.json["id"]) == (201, first.json["id"])
    assert again.json["upload"]["fields"]["key"] == first.json["upload"]["fields"]["key"]
    assert manager.post(path).json["id"] != first.json["id"]


def test_an_uploaded_image_is_written_anew_and_named_by_its_content(
    manager: Caller, path: str, base: str, tenant: Tenant, bucket: S3Client
) -> None:
    logo_url = put(manager, path, bucket, image_file("JPEG", (1024, 512)))

    assert logo_url.startswith(f"/logos/{tenant.id}/")
    assert manager.get(base).json["branding"]["logo_url"] == logo_url
    public = bucket.get_object(Bucket=SITE_BUCKET, Key=logo_url.removeprefix("/"))
    assert (public["ContentType"], public["CacheControl"]) == (
        "image/png",
        "public, max-age=604800, immutable",
    )
    made = read_image(public["Body"].read())
    assert (made.format, made.size) == ("PNG", (512, 256))
    *_, event = events_of(tenant, "organization.changed")
    assert (event.actor, data_of(event)["logo_url"]) == (tenant.full.email, logo_url)


def test_the_same_again_changes_nothing_and_another_replaces_it(
    manager: Caller, path: str, tenant: Tenant, bucket: S3Client
) -> None:
    upload = uploaded(manager, path, bucket, image_file())
    first, again = (
        manager.call("PUT", path, body={"upload": upload}).json["branding"]["logo_url"] for _ in range(2)
    )
    assert again == first
    assert len(events_of(tenant, "organization.changed")) == 1

    second = put(manager, path, bucket, image_file(size=(8, 8)))

    assert second != first
    assert public_keys(bucket) == [second.removeprefix("/")]


def test_a_removed_logo_is_deleted_and_removing_it_twice_changes_nothing(
    manager: Caller, path: str, tenant: Tenant, bucket: S3Client
) -> None:
    put(manager, path, bucket, image_file())

    answers = [manager.call("DELETE", path) for _ in range(2)]

    assert [(one.status, one.json["branding"]["logo_url"]) for one in answers] == [(200, "")] * 2
    assert public_keys(bucket) == []
    assert len(events_of(tenant, "organization.changed")) == 2


def test_a_logo_elsewhere_takes_the_place_of_an_uploaded_one(
    manager: Caller, path: str, base: str, bucket: S3Client
) -> None:
    mine = put(manager, path, bucket, image_file())
    kept = manager.patch(base, {"name": "New", "branding": {"logo_url": mine}})
    assert (kept.status, public_keys(bucket)) == (200, [mine.removeprefix("/")])

    manager.patch(base, {"branding": {"logo_url": "https://acme.example/logo.png"}})

    assert public_keys(bucket) == []
    assert manager.call("DELETE", path).json["branding"]["logo_url"] == ""


def test_nobody_names_an_uploaded_logo_as_their_own(
    manager: Caller, caller: Caller, operator: Caller, path: str, bucket: S3Client, context: Context
) -> None:
    logo_url = put(manager, path, bucket, image_file())
    other = create_tenant(context, slug="other")

    named = caller.as_(other.full).patch(
        f"/v1/organizations/{other.id}", {"branding": {"logo_url": logo_url}}
    )
    created = operator.post(
        "/v1/operator/organizations",
        {
            "name": "Beta",
            "slug": "beta",
            "time_zone": "UTC",
            "first_manager": {"email": "b@x.io", "first_name": "Bea"},
            "branding": {"logo_url": logo_url},
        },
    )

    for answer in (named, created):
        assert (answer.status, answer.json["code"]) == (422, "bad_settings")
        assert answer.json["errors"][0]["field"] == "branding.logo_url"


@pytest.mark.parametrize("content", [b"", b"<svg/>", image_file("GIF"), image_file()[:50]])
def test_what_is_no_logo_is_refused_and_the_logo_stays(
    manager: Caller, path: str, base: str, bucket: S3Client, content: bytes
) -> None:
    logo_url = put(manager, path, bucket, image_file())

    answer = manager.call("PUT", path, body={"upload": uploaded(manager, path, bucket, content)})

    assert (answer.status, answer.json["code"]) == (422, "bad_logo")
    assert answer.json["errors"][0]["field"] == "upload"
    assert manager.get(base).json["branding"]["logo_url"] == logo_url


@pytest.mark.parametrize("upload", ["", "../x", "01KAP3V8Q2M4X7Y9Z1B5C6D8E0"])
def test_an_upload_that_was_not_made_is_refused(
    manager: Caller,
    path: str,
    bucket: S3Client,  # noqa: ARG001 - of uploads, and empty
    upload: str,
) -> None:
    answer = manager.call("PUT", path, body={"upload": upload})

    assert (answer.status, answer.json["code"]) == (409, "logo_not_uploaded")


def test_another_organizations_upload_is_not_found(
    manager: Caller, caller: Caller, path: str, bucket: S3Client, context: Context
) -> None:
    other = create_tenant(context, slug="other")
    upload = uploaded(manager, path, bucket, image_file())
    theirs = f"/v1/organizations/{other.id}/logo"

    assert caller.as_(other.full).call("PUT", theirs, body={"upload": upload}).status == 409
    assert manager.post(theirs).status == 404
    assert manager.call("PUT", theirs, body={"upload": upload}).status == 404
    assert manager.call("DELETE", theirs).status == 404


def test_it_is_for_full_managers_and_keys_that_manage_the_organization(
    manager: Caller, limited: Caller, caller: Caller, path: str, base: str, bucket: S3Client
) -> None:
    upload = uploaded(manager, path, bucket, image_file())

    def key(*scopes: str) -> Caller:
        made = manager.post(f"{base}/api-keys", {"name": "Portal", "scopes": list(scopes)})
        return caller.with_key(made.json["key"])

    for refused in (limited, key("read")):
        assert refused.post(path).status == 403
        assert refused.call("PUT", path, body={"upload": upload}).status == 403
        assert refused.call("DELETE", path).status == 403
    assert key("manage_organization").call("PUT", path, body={"upload": upload}).status == 200


def test_a_suspended_organization_keeps_its_logo(
    manager: Caller, path: str, tenant: Tenant, bucket: S3Client
) -> None:
    put(manager, path, bucket, image_file())
    suspend(tenant)

    assert manager.post(path).json["code"] == "organization_suspended"
    assert manager.call("DELETE", path).json["code"] == "organization_suspended"
    assert len(public_keys(bucket)) == 1


def test_two_logos_at_once_leave_the_one_that_is_named(
    manager: Caller, path: str, base: str, tenant: Tenant, bucket: S3Client
) -> None:
    first, second = (uploaded(manager, path, bucket, image_file(size=(n, n))) for n in (8, 9))

    with tenant.before_next_write(lambda: manager.call("PUT", path, body={"upload": first})):
        manager.call("PUT", path, body={"upload": second})

    logo_url = manager.get(base).json["branding"]["logo_url"]
    assert public_keys(bucket) == [logo_url.removeprefix("/")]
