"""Where a list of invites is read, by its filters and its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from usher.domain.delivery_problems import DeliveryProblem
from usher.domain.directory import DirectoryField, fields_for, read_search
from usher.domain.erasures import stored_address
from usher.domain.figures import OrganizationFigures
from usher.domain.invite_lists import InviteCriteria, InviteSort
from usher.domain.invites import Invite, InviteKind, InviteState
from usher.domain.organizations import Organization
from usher.domain.reports.windows import ALWAYS, Window, read_window
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.invites.filtered_directory import ExpectedInvites, FilteredDirectory, Stretches
from usher.services.invites.pointed_invites import PointedInvites, pointed_invites
from usher.services.list_effort import FOR_A_SEARCH, effort_for
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import invite_lists, invites, list_pointers
from usher.store.events import LONGEST_COMMAND
from usher.store.id_ranges import LAST_ID, ids_from, last_before
from usher.store.key_ranges import KeyRange
from usher.store.key_sources import KeySource


@dataclass(frozen=True, kw_only=True)
class InviteQuery:
    """Which invites to list, and in which order; what is empty or None does not filter.

    Attributes:
        search: the beginning of an address, of a first or of a last name; its results have their own order.
        created_from, created_to: dates in the organization's time zone, or instants.
    """

    states: tuple[InviteState, ...] = ()
    licenses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    problems: tuple[DeliveryProblem, ...] = ()
    email: str | None = None
    search: str | None = None
    expired: bool | None = None
    created_from: str | None = None
    created_to: str | None = None
    sort: InviteSort | None = None

    @property
    def is_in_directory(self) -> bool:
        """Whether the list is in the order of the directory: a search, or by address or name."""
        return bool(self.search or (self.sort and self.sort.field))


@dataclass(frozen=True)
class _Span:
    """A span of ids, its ends included; the low end is "" where there is none."""

    low: str
    high: str


@dataclass(frozen=True)
class _Part:
    """A part of a list by id, which is read by itself: of a span, those that were sent again alone or all."""

    criteria: InviteCriteria
    span: _Span
    resent: bool = False


class InviteListing:
    """The reading of a list of invites: by address or name where that finds them, else by creation."""

    def __init__(
        self,
        context: Context,
        organization: Organization,
        query: InviteQuery,
        *,
        figures: OrganizationFigures,
        of_license: Mapping[str, OrganizationFigures],
    ) -> None:
        self._context = context
        self._organization = organization.id
        self._shards = organization.shards
        self._longest_life = timedelta(days=organization.longest_invite_days)
        self._query = query
        self._now = context.now()
        self._search = read_search(query.search, sort=query.sort)
        self._sort = query.sort or InviteSort.NEWEST
        self._criteria = InviteCriteria(
            states=query.states,
            licenses=query.licenses,
            groups=query.groups,
            problems=query.problems,
            email=None if query.email is None else stored_address(query.email),
            expired=query.expired,
            created=read_window(
                query.created_from,
                query.created_to,
                time_zone=organization.time_zone,
                names=("created_from", "created_to"),
            ),
        )
        self._expected = ExpectedInvites(
            figures=figures, of_license=of_license, states=self._criteria.possible_states
        )

    def page(self, *, limit: int, cursor: str | None) -> ResultPage[Invite]:
        """Read a page; raises BadCursorError."""
        in_directory = bool(self._search or self._criteria.email or self._sort.field)
        return read_page(
            self._context.table,
            self._directory_sections(limit) if in_directory else [self._by_creation()],
            query=(self._organization, self._query),
            limit=limit,
            cursor=cursor,
        )

    def _by_creation(self) -> Section[Invite]:
        """All in order of creation, by the time in their ids; by pointers, where the filter has some."""
        sources: list[KeySource] = []
        for part in self._parts():
            pointed = self._pointed(part, descending=self._sort.is_descending)
            sources += pointed.sources() if pointed.unions else self._created(part)
        return Section(sources, partial(list_pointers.invites_at, self._context.table), self._is_wanted)

    def _parts(self) -> list[_Part]:
        """All parts that make up what is wanted: one, but of open invites the young and those sent again."""
        criteria, wanted, oldest = self._criteria, self._wanted, self._oldest_open
        if not criteria.leaves_out_expired:
            return [_Part(criteria, wanted)]
        pending = criteria.in_states({InviteState.PENDING})
        parts: list[_Part] = []
        if wanted.high >= oldest:
            parts.append(_Part(pending, replace(wanted, low=max(wanted.low, oldest))))
        if wanted.low < oldest:
            old = replace(wanted, high=min(wanted.high, last_before(oldest)))
            parts.append(_Part(pending, old, resent=True))
        answered = [one for one in criteria.possible_states if one is not InviteState.PENDING]
        if answered:
            parts.append(_Part(criteria.in_states(answered), wanted))
        return parts

    def _pointed(self, part: _Part, *, descending: bool) -> PointedInvites:
        """Where pointers lead to what is wanted in a part, in order of creation."""
        return pointed_invites(
            self._organization,
            self._shards,
            part.criteria,
            now=self._now,
            low=part.span.low,
            high=part.span.high,
            descending=descending,
            resent=part.resent,
        )

    def _created(self, part: _Part) -> list[KeyRange]:
        """The ranges of the listings that have what is wanted in a part, in order of creation."""
        return [
            of_shard
            for state in part.criteria.possible_states
            for of_shard in invite_lists.listing_ranges(
                self._organization,
                self._shards,
                state,
                criteria=part.criteria,
                now=self._now,
                low=part.span.low,
                high=part.span.high,
                descending=self._sort.is_descending,
            )
        ]

    @property
    def _wanted(self) -> _Span:
        """The ids that are wanted."""
        window = self._criteria.created
        return _Span("" if window.since is None else ids_from(window.since), newest_id(window))

    @property
    def _oldest_open(self) -> str:
        """The least id that an open invite may have which was sent once."""
        return ids_from(self._now - self._longest_life)

    def _directory_sections(self, limit: int) -> list[Section[Invite]]:
        """A search goes through the directory's fields in turn; else one of them has all that is wanted."""
        email, descending = self._criteria.email, self._sort.is_descending
        if email is not None and not self._search:
            # Those to one address stand together in every state, in the order of their ids.
            at = invite_lists.address_range(self._organization, email, descending=descending)
            return [Section([at], partial(invite_lists.in_directory, self._context.table), self._is_wanted)]
        filtered = self._filtered(limit)
        if not self._search:
            field = self._sort.field or DirectoryField.EMAIL
            ranges = self._ranges(field, descending=descending)
            return [filtered.section(field, ranges, descending=descending, wanted=self._is_wanted)]
        sections: list[Section[Invite]] = []
        earlier: list[KeyRange] = []
        for field in fields_for(self._search):
            ranges = self._ranges(field, prefix=self._search)
            sections.append(
                filtered.section(
                    field,
                    ranges,
                    prefix=self._search,
                    earlier=[*earlier],
                    descending=False,
                    wanted=partial(self._is_found, field),
                )
            )
            earlier += ranges.values()
        return sections

    def _filtered(self, limit: int) -> FilteredDirectory:
        """The directory, with what the filters let pass."""
        criteria, expected = self._criteria, self._expected
        whole = _Part(criteria, self._wanted)
        pointed = self._pointed(whole, descending=False)
        if criteria.email is not None:
            to_address = [invite_lists.address_range(self._organization, criteria.email, descending=False)]
            pointed = replace(pointed, unions=[to_address, *pointed.unions], names=[(), *pointed.names])
        parts = [] if criteria.created == ALWAYS else [whole]
        late = self._parts() if criteria.leaves_out_expired else parts
        if criteria.leaves_out_expired and expected.expired > expected.total - expected.expired:
            parts = late
        return FilteredDirectory(
            self._context.table,
            pointed,
            self._stretches(parts),
            late=self._stretches(late),
            expected=expected,
            effort=FOR_A_SEARCH if self._search else effort_for(expected.total, limit=limit),
            limit=limit,
        )

    def _stretches(self, parts: Sequence[_Part]) -> Stretches:
        return Stretches(
            created=[at for part in parts if not part.resent for at in self._created(part)],
            spans=_spans_by_state(parts),
            resent=[
                at for part in parts if part.resent for at in self._pointed(part, descending=False).unions[0]
            ],
        )

    def _ranges(
        self, field: DirectoryField, *, prefix: str = "", descending: bool = False
    ) -> dict[InviteState, KeyRange]:
        return {
            state: invite_lists.directory_range(
                self._organization, state, field, prefix=prefix, descending=descending
            )
            for state in self._criteria.possible_states
        }

    def _is_wanted(self, invite: Invite) -> bool:
        return (
            invite.organization == self._organization
            and invite.kind is InviteKind.LEARNER
            and self._criteria.matches(invite, now=self._now)
        )

    def _is_found(self, field: DirectoryField, invite: Invite) -> bool:
        """Whether the search finds the invite by this field, and not by an earlier one already."""
        found_by = invites.directory_entry(invite).found_by(self._search)
        return found_by is field and self._is_wanted(invite)


def _spans_by_state(parts: Sequence[_Part]) -> dict[InviteState, tuple[str, str]] | None:
    """Return of each state the first and the last id of the parts that have all of it; None without parts."""
    if not parts:
        return None
    return {
        state: (part.span.low, part.span.high)
        for part in parts
        if not part.resent
        for state in part.criteria.possible_states
    }


def newest_id(window: Window) -> str:
    """Return an id that sorts after all those made in the window."""
    if window.until is None:
        return LAST_ID
    return ids_from(window.until + LONGEST_COMMAND).ljust(len(LAST_ID), "0")
