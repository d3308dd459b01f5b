"""Rosters: resolve the groups, licenses and clients that rows of an import name; capitals do not matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from usher.domain.errors import UsherError
from usher.domain.groups import MAX_LICENSES, Group, comparable_name
from usher.domain.imports.imports import Defaults, Import
from usher.domain.imports.verdicts import ImportedRow, RequestedInvite, Verdict, verdict_of
from usher.domain.instants import with_offset
from usher.domain.invites import Invite, InviteKind, InviteState, expiry_for, reminder_for
from usher.domain.licenses import License, LicenseTerms
from usher.domain.organizations import Organization
from usher.domain.people import clean_name
from usher.domain.starts import chosen_start, group_start

MAX_GROUPS = 10
"""The most groups in one row; each is an invite of its own."""


class RowError(UsherError):
    """A row cannot be carried out, for the reason in `verdict`."""

    def __init__(self, verdict: Verdict, detail: str) -> None:
        super().__init__(detail)
        self.verdict = verdict

    @classmethod
    def by(cls, refusal: UsherError) -> RowError:
        """Return the error of a row that a rule refuses."""
        return refusal if isinstance(refusal, RowError) else RowError(verdict_of(refusal), refusal.detail)


class Names:
    """Ids of groups, licenses or clients by their names."""

    def __init__(self, named: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Take pairs of an id and its names."""
        self._ids: set[str] = set()
        self._named: dict[str, list[str]] = defaultdict(list)
        for id_, names in named:
            self._ids.add(id_)
            for name in {comparable_name(one) for one in names}:
                self._named[name].append(id_)

    def find(self, name: str) -> list[str]:
        """Return the ids with this name: none, one or several."""
        return [name] if name in self._ids else self._named.get(comparable_name(name), [])

    def resolve(self, name: str, *, what: str, unknown: Verdict, ambiguous: Verdict) -> str:
        """Return the only id with this name.

        Raises:
            RowError: with `unknown` where no id has the name, with `ambiguous` where several have.
        """
        found = self.find(name)
        if not found:
            raise RowError(unknown, f"There is no {what} {name!r}.")
        if len(found) > 1:
            raise RowError(ambiguous, f"There are {len(found)} {what}s {name!r}; name one by its id.")
        return found[0]


@dataclass(frozen=True)
class Roster:
    """An organization's licenses and groups that a row may name, as of one moment."""

    organization: Organization
    licenses: Mapping[str, License]
    groups: Mapping[str, Group]
    now: datetime

    @cached_property
    def _group_names(self) -> Names:
        return Names((one.id, [one.name]) for one in self.groups.values())

    @cached_property
    def _license_names(self) -> Names:
        """Name each license as its product; an ended one only where no other license of it is valid."""
        ended = {id_ for id_, one in self.licenses.items() if self.now >= one.terms.valid_until}
        going_on = {
            comparable_name(one.terms.product.name) for id_, one in self.licenses.items() if id_ not in ended
        }
        return Names(
            (id_, _names_of(one, going_on if id_ in ended else ())) for id_, one in self.licenses.items()
        )

    def requested_invites(self, row: ImportedRow, defaults: Defaults) -> tuple[RequestedInvite, ...]:
        """Return the invites that the row asks for: one to each of its groups, and one to its licenses.

        A row that names neither has the defaults, which are those of the import's own organization.

        Raises:
            RowError: the row names something unknown, nothing, or too many groups or licenses.
        """
        groups = [self._group(name) for name in row.groups]
        licenses = [self._license(name) for name in row.licenses]
        if row.sublicense:
            licenses.append(self._sublicense(row.sublicense))
        if not groups and not licenses and not row.client:
            groups, licenses = list(defaults.groups), list(defaults.licenses)
        groups, licenses = list(dict.fromkeys(groups)), list(dict.fromkeys(licenses))
        if not groups and not licenses:
            raise RowError(Verdict.NO_LICENSE, "The row names neither a group nor a license.")
        if licenses and self.organization.require_group:
            name = self.organization.name
            raise RowError(Verdict.GROUP_REQUIRED, f"{name} invites to groups, not to single licenses.")
        if len(licenses) > MAX_LICENSES or len(groups) > MAX_GROUPS:
            raise RowError(
                Verdict.TOO_MANY_LICENSES,
                f"One row asks for at most {MAX_GROUPS} groups and {MAX_LICENSES} licenses.",
            )
        return (
            *(RequestedInvite(group=id_) for id_ in groups),
            *([RequestedInvite(licenses=tuple(licenses))] if licenses else []),
        )

    def drafts(self, row: ImportedRow, import_: Import) -> list[Invite]:
        """Return the drafts of the row's invites, one for each requested invite, without ids.

        Raises:
            RowError: a group or license no longer exists, a start cannot be chosen, or a name is not usable.
        """
        try:
            return [self._draft(row, requested, import_) for requested in row.requested_invites]
        except UsherError as refusal:
            raise RowError.by(refusal) from refusal

    def _draft(self, row: ImportedRow, requested: RequestedInvite, import_: Import) -> Invite:
        group = self._requested_group(requested)
        terms = self._requested_terms(requested, group)
        for one in terms:
            one.require_valid(self.now)
        read_start = chosen_start if group is None else group_start
        expires_at = expiry_for(now=self.now, days=self.organization.invite_days, licenses=terms)
        return Invite(
            id="",
            organization=self.organization.id,
            kind=InviteKind.LEARNER,
            email=row.address,
            state=InviteState.PENDING,
            created_at=self.now,
            created_by=import_.confirmed_by or import_.created_by,
            expires_at=expires_at,
            remind_at=reminder_for(now=self.now, expires_at=expires_at),
            licenses=terms,
            group=None if group is None else group.id,
            group_name="" if group is None else group.name,
            first_name=clean_name(row.first_name, field="first_name", required=False),
            last_name=clean_name(row.last_name, field="last_name", required=False),
            message=import_.defaults.message,
            access_start=read_start(
                with_offset(row.access_start, time_zone=self.organization.time_zone)
                or import_.defaults.access_start,
                licenses=terms,
                time_zone=self.organization.time_zone,
                now=self.now,
            ),
            sent_at=self.now,
        )

    def _requested_group(self, requested: RequestedInvite) -> Group | None:
        if requested.group is None:
            return None
        if requested.group not in self.groups:
            raise RowError(Verdict.UNKNOWN_GROUP, "The group was deleted.")
        return self.groups[requested.group]

    def _requested_terms(self, requested: RequestedInvite, group: Group | None) -> tuple[LicenseTerms, ...]:
        wanted = requested.licenses if group is None else group.licenses
        if any(id_ not in self.licenses for id_ in wanted):
            raise RowError(Verdict.UNKNOWN_LICENSE, "A license is not there any more.")
        return tuple(self.licenses[id_].terms for id_ in wanted)

    def _group(self, name: str) -> str:
        return self._group_names.resolve(
            name, what="group", unknown=Verdict.UNKNOWN_GROUP, ambiguous=Verdict.UNKNOWN_GROUP
        )

    def _license(self, name: str) -> str:
        return self._license_names.resolve(
            name, what="license", unknown=Verdict.UNKNOWN_LICENSE, ambiguous=Verdict.AMBIGUOUS_LICENSE
        )

    def _sublicense(self, name: str) -> str:
        return self._license_names.resolve(
            name,
            what="sublicense",
            unknown=Verdict.UNKNOWN_SUBLICENSE,
            ambiguous=Verdict.AMBIGUOUS_SUBLICENSE,
        )


def _names_of(license_: License, taken: Iterable[str]) -> list[str]:
    """Return the product's name, unless it is taken, and of a sublicense the id of the provider's license."""
    name = license_.terms.product.name
    parent = [license_.parent] if license_.parent else []
    return parent if comparable_name(name) in taken else [name, *parent]
