"""The services that the routes call, wired once from the environment."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from usher.bootstrap import Bootstrap
from usher.services.activity_report import ActivityReport
from usher.services.client_queries import ClientQueries
from usher.services.clients import Clients
from usher.services.close_client import CloseClient
from usher.services.downloads import Downloads
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.code_uses import CodeUses
from usher.services.enrollment.codes import Codes
from usher.services.enrollment.join_pages import JoinPages
from usher.services.enrollment.join_requests import JoinRequests
from usher.services.enrollment.manage_codes import ManageCodes
from usher.services.enrollment.manager_sign_on import SignInDiscovery
from usher.services.enrollment.sso_connections import SsoConnections
from usher.services.enrollment.unconfirmed_domains import UnconfirmedDomains
from usher.services.event_log import EventLog
from usher.services.groups import Groups
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.learner_imports import LearnerImports
from usher.services.integrations.api_keys import ApiKeys
from usher.services.integrations.entitlements import Entitlements
from usher.services.integrations.webhook_redelivery import WebhookRedelivery
from usher.services.integrations.webhook_subscriptions import WebhookSubscriptions
from usher.services.invite_email_preview import PreviewInviteEmail
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.invite_queries import InviteQueries
from usher.services.invites.manage_invites import ManageInvites
from usher.services.invites.preview_invites import PreviewInvites
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_accesses import LicenseAccesses
from usher.services.license_assignment import LicenseAssignment
from usher.services.license_extensions import LicenseExtensions
from usher.services.license_queries import LicenseQueries
from usher.services.logos import Logos
from usher.services.notification_preferences import NotificationPreferences
from usher.services.operated_organizations import OperatedOrganizations
from usher.services.operator_commands import OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.organization_suspension import OrganizationSuspension
from usher.services.overview import Overviews
from usher.services.people.export_learner import ExportLearner
from usher.services.people.learner_details import LearnerDetails
from usher.services.people.learner_erasures import LearnerErasures
from usher.services.people.learner_lists import LearnerLists
from usher.services.people.password_login import PasswordLogin
from usher.services.product_changes import ProductChanges
from usher.services.product_retirement import ProductRetirement
from usher.services.reports import Reports
from usher.services.reschedule_access import RescheduleAccess
from usher.services.seat_requests import SeatRequests
from usher.services.self_assignment import SelfAssignment
from usher.services.support_requests import SupportRequests
from usher.services.team_members import TeamMembers

if TYPE_CHECKING:
    from functions.emails.previews import EmailPreviews


class Services:
    """The services that the routes call, the learning platform's key, the API's opaque ids, and the origin.

    All are created at once, so that a snapshot of the function (SnapStart) has them with their clients.
    """

    def __init__(self, bootstrap: Bootstrap) -> None:  # noqa: PLR0915 - a list: a line for each service
        context = bootstrap.context
        files = ImportFiles(bootstrap.files)
        self.context = context
        self.password_login = PasswordLogin(context, identity=bootstrap.identity)
        self.sign_in_discovery = SignInDiscovery(context)
        self.operated_organizations = OperatedOrganizations(context)
        self.unconfirmed_domains = UnconfirmedDomains(context)
        self.organization_suspension = OrganizationSuspension(context)
        self.operator_commands = OperatorCommands(context)
        self.license_extensions = LicenseExtensions(context)
        self.product_changes = ProductChanges(context)
        self.product_retirement = ProductRetirement(context)
        self.logos = Logos(context, files=bootstrap.files, logos=bootstrap.logos)
        self.organization_settings = OrganizationSettings(context, forget_logo=self.logos.forget)
        self.event_log = EventLog(context)
        self.license_queries = LicenseQueries(context)
        self.overviews = Overviews(context)
        self.license_accesses = LicenseAccesses(context)
        self.self_assignment = SelfAssignment(context)
        self.invite_learners = InviteLearners(context)
        self.preview_invites = PreviewInvites(context)
        self.preview_invite_email = PreviewInviteEmail(context, origin=bootstrap.origin)
        self.learner_imports = LearnerImports(context, files=files)
        self.groups = Groups(context)
        self.license_assignment = LicenseAssignment(context)
        self.learner_assignment = LearnerAssignment(context)
        self.clients = Clients(context)
        self.client_queries = ClientQueries(context)
        self.close_client = CloseClient(context)
        self.export_learner = ExportLearner(context, files=files)
        self.learner_erasures = LearnerErasures(context, files=files)
        self.codes = Codes(context)
        self.code_batches = CodeBatches(context)
        self.code_uses = CodeUses(context)
        self.manage_codes = ManageCodes(context)
        self.invite_queries = InviteQueries(context)
        self.manage_invites = ManageInvites(context)
        self.learner_lists = LearnerLists(context)
        self.reschedule_access = RescheduleAccess(context)
        self.learner_details = LearnerDetails(context)
        self.team_members = TeamMembers(context)
        self.notification_preferences = NotificationPreferences(context)
        self.support_requests = SupportRequests(context)
        self.seat_requests = SeatRequests(context)
        self.reports = Reports(context)
        self.activity_report = ActivityReport(context)
        self.downloads = Downloads(context, links=bootstrap.download_links)
        self.join_pages = JoinPages(context)
        self.join_requests = JoinRequests(context)
        self.api_keys = ApiKeys(context)
        self.sso_connections = SsoConnections(
            context,
            secrets=bootstrap.client_secrets,
            providers=lambda: bootstrap.providers,
            own_networks=bootstrap.own_networks,
        )
        self.webhook_subscriptions = WebhookSubscriptions(
            context, signatures=bootstrap.signatures, own_networks=bootstrap.own_networks
        )
        self.webhook_redelivery = WebhookRedelivery(context)
        self.entitlements = Entitlements(context)
        self.entitlements_key = bootstrap.entitlements_key
        self.person_ids = bootstrap.person_ids
        self.cursors = bootstrap.cursors
        self.code_ids = bootstrap.code_ids
        self.origin = bootstrap.origin

    @cached_property
    def email_previews(self) -> EmailPreviews:
        """The previews of emails, created when first asked for: few requests need the engine of templates."""
        from functions.emails.previews import EmailPreviews  # noqa: PLC0415 - see above

        return EmailPreviews(now=self.context.now)
