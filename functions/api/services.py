"""The services that the routes call, wired from the environment."""

from __future__ import annotations

from functools import cached_property
from inspect import getmembers_static
from typing import TYPE_CHECKING

from functions.api.table_services import TableServices
from usher.bootstrap import Bootstrap

if TYPE_CHECKING:
    from functions.emails.previews import EmailPreviews
    from usher.gateways.code_ids import CodeIds
    from usher.gateways.opaque_ids import OpaqueIds
    from usher.gateways.person_ids import PersonIds
    from usher.gateways.secrets import Secret
    from usher.services.downloads import Downloads
    from usher.services.enrollment.sso_connections import SsoConnections
    from usher.services.imports.import_files import ImportFiles
    from usher.services.imports.learner_imports import LearnerImports
    from usher.services.integrations.webhook_subscriptions import WebhookSubscriptions
    from usher.services.invite_email_preview import PreviewInviteEmail
    from usher.services.logos import Logos
    from usher.services.organization_settings import OrganizationSettings
    from usher.services.people.export_learner import ExportLearner
    from usher.services.people.learner_erasures import LearnerErasures
    from usher.services.people.password_login import PasswordLogin


class Services(TableServices):
    """The services that the routes call, the learning platform's key, the API's opaque ids, and the origin.

    Each is loaded and created at its first use: a request needs one or two.
    """

    def __init__(self, bootstrap: Bootstrap) -> None:
        super().__init__(bootstrap.context)
        self._bootstrap = bootstrap
        self.origin = bootstrap.origin

    def create_all(self) -> None:
        """Load and create all of them, so that a snapshot (SnapStart) has them with their clients."""
        for name, member in getmembers_static(type(self)):
            if isinstance(member, cached_property):
                getattr(self, name)

    @cached_property
    def password_login(self) -> PasswordLogin:
        from usher.services.people.password_login import PasswordLogin

        return PasswordLogin(self.context, identity=self._bootstrap.identity)

    @cached_property
    def logos(self) -> Logos:
        from usher.services.logos import Logos

        return Logos(self.context, files=self._bootstrap.files, logos=self._bootstrap.logos)

    @cached_property
    def organization_settings(self) -> OrganizationSettings:
        from usher.services.organization_settings import OrganizationSettings

        return OrganizationSettings(self.context, forget_logo=self.logos.forget)

    @cached_property
    def preview_invite_email(self) -> PreviewInviteEmail:
        from usher.services.invite_email_preview import PreviewInviteEmail

        return PreviewInviteEmail(self.context, origin=self._bootstrap.origin)

    @cached_property
    def learner_imports(self) -> LearnerImports:
        from usher.services.imports.learner_imports import LearnerImports

        return LearnerImports(self.context, files=self._import_files)

    @cached_property
    def export_learner(self) -> ExportLearner:
        from usher.services.people.export_learner import ExportLearner

        return ExportLearner(self.context, files=self._import_files)

    @cached_property
    def learner_erasures(self) -> LearnerErasures:
        from usher.services.people.learner_erasures import LearnerErasures

        return LearnerErasures(self.context, files=self._import_files)

    @cached_property
    def downloads(self) -> Downloads:
        from usher.services.downloads import Downloads

        return Downloads(self.context, links=self._bootstrap.download_links)

    @cached_property
    def sso_connections(self) -> SsoConnections:
        from usher.services.enrollment.sso_connections import SsoConnections

        return SsoConnections(
            self.context,
            secrets=self._bootstrap.client_secrets,
            providers=lambda: self._bootstrap.providers,
            own_networks=self._bootstrap.own_networks,
        )

    @cached_property
    def webhook_subscriptions(self) -> WebhookSubscriptions:
        from usher.services.integrations.webhook_subscriptions import WebhookSubscriptions

        return WebhookSubscriptions(
            self.context, signatures=self._bootstrap.signatures, own_networks=self._bootstrap.own_networks
        )

    @cached_property
    def entitlements_key(self) -> Secret:
        return self._bootstrap.entitlements_key

    @cached_property
    def person_ids(self) -> PersonIds:
        return self._bootstrap.person_ids

    @cached_property
    def cursors(self) -> OpaqueIds:
        return self._bootstrap.cursors

    @cached_property
    def code_ids(self) -> CodeIds:
        return self._bootstrap.code_ids

    @cached_property
    def email_previews(self) -> EmailPreviews:
        from functions.emails.previews import EmailPreviews

        return EmailPreviews(now=self.context.now)

    @cached_property
    def _import_files(self) -> ImportFiles:
        from usher.services.imports.import_files import ImportFiles

        return ImportFiles(self._bootstrap.files)
