"""The upload of an organization's logo: a form, a check of the file, and the logo on our own origin."""

from __future__ import annotations

from dataclasses import replace

from usher.domain.errors import refuses
from usher.domain.logos import (
    MAX_BYTES,
    UPLOAD_FOR,
    BadLogoError,
    LogoNotUploadedError,
    is_logo_path,
    is_upload,
)
from usher.domain.organizations import Organization, Permission
from usher.domain.people import Person
from usher.gateways.files import Files, UploadForm
from usher.gateways.logos import Logos as PublicLogos
from usher.gateways.logos import reencode
from usher.services.authorization import AUTHORIZE, authorize
from usher.services.context import Context
from usher.services.organization_settings import write_settings
from usher.services.receipts import Receipt
from usher.services.transactions import retry_on_conflict


class Logos:
    """Takes logos in from an organization's full managers and programs, and removes them."""

    def __init__(self, context: Context, *, files: Files, logos: PublicLogos) -> None:
        """Take uploads from `files`, and publish in `logos`."""
        self._context = context
        self._files = files
        self._logos = logos

    @refuses(*AUTHORIZE)
    def create_upload(self, *, person: Person, organization: str, receipt: Receipt) -> str:
        """Return the id of a new upload of a logo, which changes nothing yet: one call."""
        self._authorize(person, organization)
        upload = self._context.new_id()
        receipt.note(0, upload)
        receipt.finish(self._context)
        return upload

    def upload_form(self, *, organization: str, upload: str) -> UploadForm:
        """Return the form to post the file of an upload with; no call."""
        return self._files.upload_form(
            _uploaded(organization, upload), most_bytes=MAX_BYTES, valid_for=UPLOAD_FOR
        )

    @refuses(*AUTHORIZE, LogoNotUploadedError, BadLogoError)
    @retry_on_conflict
    def publish(self, *, person: Person, organization: str, upload: str) -> Organization:
        """Make an uploaded image the organization's logo: it is decoded, and written anew as a PNG.

        A second time changes nothing. The logo is published before the organization names it, so that no
        crash leaves an address without an image; the one before is deleted after that.

        Raises:
            LogoNotUploadedError: the form of this upload was not used, or 30 days ago.
            BadLogoError: the file is no image that can be a logo.
        """
        before = self._authorize(person, organization)
        stored = self._files.read(_uploaded(organization, upload)) if is_upload(upload) else None
        if stored is None:
            raise LogoNotUploadedError("There is no file of this upload.")
        path = self._logos.publish(organization, reencode(stored.content), upload=upload)
        return self._change(person, before, path)

    @refuses(*AUTHORIZE)
    @retry_on_conflict
    def remove(self, *, person: Person, organization: str) -> Organization:
        """Remove the organization's logo, uploaded or not; a second time changes nothing."""
        return self._change(person, self._authorize(person, organization), "")

    def _change(self, person: Person, before: Organization, logo_url: str) -> Organization:
        if logo_url == before.branding.logo_url:
            return before
        after = replace(before, branding=replace(before.branding, logo_url=logo_url))
        changed = write_settings(self._context, before, after, person)
        self.forget(before)
        return changed

    def forget(self, before: Organization) -> None:
        """Delete the file of an uploaded logo that the organization had and has no more: one call."""
        if is_logo_path(before.branding.logo_url):
            self._logos.remove(before.branding.logo_url)

    def _authorize(self, person: Person, organization: str) -> Organization:
        return authorize(
            self._context,
            person=person,
            organization=organization,
            permission=Permission.MANAGE_ORGANIZATION,
        ).organization


def _uploaded(organization: str, upload: str) -> str:
    return f"{organization}/logo-{upload}/file"
