"""The services that need nothing but the table, the clock and the source of ids."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from usher.services.context import Context

if TYPE_CHECKING:
    from usher.services.activity_report import ActivityReport
    from usher.services.client_queries import ClientQueries
    from usher.services.clients import Clients
    from usher.services.close_client import CloseClient
    from usher.services.enrollment.code_batches import CodeBatches
    from usher.services.enrollment.code_uses import CodeUses
    from usher.services.enrollment.codes import Codes
    from usher.services.enrollment.join_pages import JoinPages
    from usher.services.enrollment.join_requests import JoinRequests
    from usher.services.enrollment.manage_codes import ManageCodes
    from usher.services.enrollment.manager_sign_on import SignInDiscovery
    from usher.services.enrollment.unconfirmed_domains import UnconfirmedDomains
    from usher.services.event_log import EventLog
    from usher.services.groups import Groups
    from usher.services.integrations.api_keys import ApiKeys
    from usher.services.integrations.entitlements import Entitlements
    from usher.services.integrations.webhook_redelivery import WebhookRedelivery
    from usher.services.invites.invite_learners import InviteLearners
    from usher.services.invites.invite_queries import InviteQueries
    from usher.services.invites.manage_invites import ManageInvites
    from usher.services.invites.preview_invites import PreviewInvites
    from usher.services.learner_assignment import LearnerAssignment
    from usher.services.license_accesses import LicenseAccesses
    from usher.services.license_assignment import LicenseAssignment
    from usher.services.license_extensions import LicenseExtensions
    from usher.services.license_queries import LicenseQueries
    from usher.services.notification_preferences import NotificationPreferences
    from usher.services.operated_organizations import OperatedOrganizations
    from usher.services.operator_commands import OperatorCommands
    from usher.services.organization_suspension import OrganizationSuspension
    from usher.services.overview import Overviews
    from usher.services.people.learner_details import LearnerDetails
    from usher.services.people.learner_lists import LearnerLists
    from usher.services.product_changes import ProductChanges
    from usher.services.product_retirement import ProductRetirement
    from usher.services.reports import Reports
    from usher.services.reschedule_access import RescheduleAccess
    from usher.services.seat_requests import SeatRequests
    from usher.services.self_assignment import SelfAssignment
    from usher.services.support_requests import SupportRequests
    from usher.services.team_members import TeamMembers


class TableServices:
    """The services that need the context alone, each loaded and created at its first use."""

    def __init__(self, context: Context) -> None:
        self.context = context

    @cached_property
    def sign_in_discovery(self) -> SignInDiscovery:
        from usher.services.enrollment.manager_sign_on import SignInDiscovery

        return SignInDiscovery(self.context)

    @cached_property
    def operated_organizations(self) -> OperatedOrganizations:
        from usher.services.operated_organizations import OperatedOrganizations

        return OperatedOrganizations(self.context)

    @cached_property
    def unconfirmed_domains(self) -> UnconfirmedDomains:
        from usher.services.enrollment.unconfirmed_domains import UnconfirmedDomains

        return UnconfirmedDomains(self.context)

    @cached_property
    def organization_suspension(self) -> OrganizationSuspension:
        from usher.services.organization_suspension import OrganizationSuspension

        return OrganizationSuspension(self.context)

    @cached_property
    def operator_commands(self) -> OperatorCommands:
        from usher.services.operator_commands import OperatorCommands

        return OperatorCommands(self.context)

    @cached_property
    def license_extensions(self) -> LicenseExtensions:
        from usher.services.license_extensions import LicenseExtensions

        return LicenseExtensions(self.context)

    @cached_property
    def product_changes(self) -> ProductChanges:
        from usher.services.product_changes import ProductChanges

        return ProductChanges(self.context)

    @cached_property
    def product_retirement(self) -> ProductRetirement:
        from usher.services.product_retirement import ProductRetirement

        return ProductRetirement(self.context)

    @cached_property
    def event_log(self) -> EventLog:
        from usher.services.event_log import EventLog

        return EventLog(self.context)

    @cached_property
    def license_queries(self) -> LicenseQueries:
        from usher.services.license_queries import LicenseQueries

        return LicenseQueries(self.context)

    @cached_property
    def overviews(self) -> Overviews:
        from usher.services.overview import Overviews

        return Overviews(self.context)

    @cached_property
    def license_accesses(self) -> LicenseAccesses:
        from usher.services.license_accesses import LicenseAccesses

        return LicenseAccesses(self.context)

    @cached_property
    def self_assignment(self) -> SelfAssignment:
        from usher.services.self_assignment import SelfAssignment

        return SelfAssignment(self.context)

    @cached_property
    def invite_learners(self) -> InviteLearners:
        from usher.services.invites.invite_learners import InviteLearners

        return InviteLearners(self.context)

    @cached_property
    def preview_invites(self) -> PreviewInvites:
        from usher.services.invites.preview_invites import PreviewInvites

        return PreviewInvites(self.context)

    @cached_property
    def groups(self) -> Groups:
        from usher.services.groups import Groups

        return Groups(self.context)

    @cached_property
    def license_assignment(self) -> LicenseAssignment:
        from usher.services.license_assignment import LicenseAssignment

        return LicenseAssignment(self.context)

    @cached_property
    def learner_assignment(self) -> LearnerAssignment:
        from usher.services.learner_assignment import LearnerAssignment

        return LearnerAssignment(self.context)

    @cached_property
    def clients(self) -> Clients:
        from usher.services.clients import Clients

        return Clients(self.context)

    @cached_property
    def client_queries(self) -> ClientQueries:
        from usher.services.client_queries import ClientQueries

        return ClientQueries(self.context)

    @cached_property
    def close_client(self) -> CloseClient:
        from usher.services.close_client import CloseClient

        return CloseClient(self.context)

    @cached_property
    def codes(self) -> Codes:
        from usher.services.enrollment.codes import Codes

        return Codes(self.context)

    @cached_property
    def code_batches(self) -> CodeBatches:
        from usher.services.enrollment.code_batches import CodeBatches

        return CodeBatches(self.context)

    @cached_property
    def code_uses(self) -> CodeUses:
        from usher.services.enrollment.code_uses import CodeUses

        return CodeUses(self.context)

    @cached_property
    def manage_codes(self) -> ManageCodes:
        from usher.services.enrollment.manage_codes import ManageCodes

        return ManageCodes(self.context)

    @cached_property
    def invite_queries(self) -> InviteQueries:
        from usher.services.invites.invite_queries import InviteQueries

        return InviteQueries(self.context)

    @cached_property
    def manage_invites(self) -> ManageInvites:
        from usher.services.invites.manage_invites import ManageInvites

        return ManageInvites(self.context)

    @cached_property
    def learner_lists(self) -> LearnerLists:
        from usher.services.people.learner_lists import LearnerLists

        return LearnerLists(self.context)

    @cached_property
    def reschedule_access(self) -> RescheduleAccess:
        from usher.services.reschedule_access import RescheduleAccess

        return RescheduleAccess(self.context)

    @cached_property
    def learner_details(self) -> LearnerDetails:
        from usher.services.people.learner_details import LearnerDetails

        return LearnerDetails(self.context)

    @cached_property
    def team_members(self) -> TeamMembers:
        from usher.services.team_members import TeamMembers

        return TeamMembers(self.context)

    @cached_property
    def notification_preferences(self) -> NotificationPreferences:
        from usher.services.notification_preferences import NotificationPreferences

        return NotificationPreferences(self.context)

    @cached_property
    def support_requests(self) -> SupportRequests:
        from usher.services.support_requests import SupportRequests

        return SupportRequests(self.context)

    @cached_property
    def seat_requests(self) -> SeatRequests:
        from usher.services.seat_requests import SeatRequests

        return SeatRequests(self.context)

    @cached_property
    def reports(self) -> Reports:
        from usher.services.reports import Reports

        return Reports(self.context)

    @cached_property
    def activity_report(self) -> ActivityReport:
        from usher.services.activity_report import ActivityReport

        return ActivityReport(self.context)

    @cached_property
    def join_pages(self) -> JoinPages:
        from usher.services.enrollment.join_pages import JoinPages

        return JoinPages(self.context)

    @cached_property
    def join_requests(self) -> JoinRequests:
        from usher.services.enrollment.join_requests import JoinRequests

        return JoinRequests(self.context)

    @cached_property
    def api_keys(self) -> ApiKeys:
        from usher.services.integrations.api_keys import ApiKeys

        return ApiKeys(self.context)

    @cached_property
    def webhook_redelivery(self) -> WebhookRedelivery:
        from usher.services.integrations.webhook_redelivery import WebhookRedelivery

        return WebhookRedelivery(self.context)

    @cached_property
    def entitlements(self) -> Entitlements:
        from usher.services.integrations.entitlements import Entitlements

        return Entitlements(self.context)
