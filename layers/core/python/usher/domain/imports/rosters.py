"""Rosters: resolve the groups, licenses and clients that rows of an import name; capitals do not matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from usher.domain.address_faults import AddressFault
from usher.domain.errors import UsherError
from usher.domain.groups import Group, InviteGroup, comparable_name, licenses_together
from usher.domain.imports.imports import Defaults, Import
from usher.domain.imports.verdicts import ImportedRow, RequestedInvite, Verdict, verdict_of
from usher.domain.instants import with_offset
from usher.domain.invites import Invite, InviteKind, InviteState, expiry_for, reminder_for
from usher.domain.licenses import License
from usher.domain.organizations import Organization
from usher.domain.people import clean_name
from usher.domain.starts import chosen_start, group_start
from usher.lazy_dataclasses import dataclass


class RowError(UsherError):
    """A row cannot be carried out, for the reason in `verdict`; `fault` is that of a malformed address."""

    def __init__(self, verdict: Verdict, detail: str, *, fault: AddressFault | None = None) -> None:
        super().__init__(detail)
        self.verdict, self.fault = verdict, fault

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

    def requested_invite(self, row: ImportedRow, defaults: Defaults) -> RequestedInvite:
        """Return the invite that the row asks for: one, to all of its groups and licenses.

        A row that names neither has the defaults, which are those of the import's own organization.

        Raises:
            RowError: the row names something unknown, or nothing.
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
        return RequestedInvite(groups=tuple(groups), licenses=tuple(licenses))

    def require_admitting(self) -> None:
        """Raise RowError if the organization is suspended."""
        try:
            self.organization.require_admitting()
        except UsherError as refusal:
            raise RowError.by(refusal) from refusal

    def draft(self, row: ImportedRow, import_: Import) -> Invite:
        """Return the draft of the row's invite, without an id.

        Raises:
            RowError: a group or license no longer exists, there are too many, a rule of the organization
                refuses them, a start cannot be chosen, or a name is not usable.
        """
        try:
            return self._draft(row, import_)
        except UsherError as refusal:
            raise RowError.by(refusal) from refusal

    def licenses_of(self, requested: RequestedInvite) -> tuple[str, ...]:
        """Return the licenses of the invite that is asked for, those of its groups included, each once.

        Raises:
            RowError: a group or license is not there any more.
            TooManyLicensesError: there are more than one invite may have.
        """
        if any(id_ not in self.groups for id_ in requested.groups):
            raise RowError(Verdict.UNKNOWN_GROUP, "The group was deleted.")
        together = licenses_together([self.groups[id_] for id_ in requested.groups], requested.licenses)
        if any(id_ not in self.licenses for id_ in together):
            raise RowError(Verdict.UNKNOWN_LICENSE, "A license is not there any more.")
        return together

    def _draft(self, row: ImportedRow, import_: Import) -> Invite:
        self.organization.require_admitting()
        requested = row.requested
        terms = tuple(self.licenses[id_].terms for id_ in self.licenses_of(requested))
        self.organization.require_group_in(requested.groups[0] if requested.groups else None)
        for one in terms:
            one.require_valid(self.now)
        read_start = group_start if requested.groups else chosen_start
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
            groups=tuple(InviteGroup.of(self.groups[id_]) for id_ in requested.groups),
            first_name=clean_name(row.first_name, field="first_name", required=False),
            last_name=clean_name(row.last_name, field="last_name", required=False),
            message=import_.defaults.message,
            language=import_.defaults.language,
            access_start=read_start(
                with_offset(row.access_start, time_zone=self.organization.time_zone)
                or import_.defaults.access_start,
                licenses=terms,
                time_zone=self.organization.time_zone,
                now=self.now,
            ),
            sent_at=self.now,
        )

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
