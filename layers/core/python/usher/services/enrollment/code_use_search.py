"""The search of a code's redemptions by the beginning of the person's address or name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from usher.domain.directory import DirectoryEntry, DirectoryField, fields_for
from usher.domain.enrollment.codes import Code, Use
from usher.domain.learner_lists import directory_entry
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.list_effort import FOR_A_SEARCH, FoundEarlier
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store import key_sources
from usher.store.enrollment import code_uses
from usher.store.key_ranges import Found, KeyRange
from usher.store.key_sources import Candidates, KeySource
from usher.store.people import learners
from usher.store.table import Table


@dataclass(frozen=True)
class _Candidate:
    """A redemption, with the person as the directory has them."""

    use: Use
    entry: DirectoryEntry


def uses_found(
    context: Context, code: Code, beginning: str, *, limit: int, cursor: str | None
) -> ResultPage[Use]:
    """Read a page of those redemptions: by addresses, then first, then last names; one to six calls and more.

    Raises:
        BadCursorError: the cursor is none of this search.
    """
    search = _Search(context.table, code, beginning, limit=limit)
    query = ("code_uses", code.organization, code.key, beginning)
    page = read_page(context.table, search.sections(), query=query, limit=limit, cursor=cursor)
    return ResultPage(items=[one.use for one in page.items], next=page.next)


class _Search:
    """The search of one code's redemptions."""

    def __init__(self, table: Table, code: Code, beginning: str, *, limit: int) -> None:
        self._table = table
        self._organization = code.organization
        self._code = code.key
        self._uses = code.uses
        self._beginning = beginning
        self._limit = limit

    def sections(self) -> list[Section[_Candidate]]:
        """Return what is read for each field that is searched."""
        return [
            Section([self._addresses(self._beginning)], _by_address, partial(self._is_found, field))
            if field is DirectoryField.EMAIL
            else Section([self._named(field)], self._by_name, partial(self._is_found, field))
            for field in fields_for(self._beginning)
        ]

    def _is_found(self, field: DirectoryField, one: _Candidate) -> bool:
        return one.use.code.id == self._code.id and one.entry.found_by(self._beginning) is field

    def _addresses(self, beginning: str) -> KeyRange:
        return code_uses.address_range(self._organization, self._code, beginning)

    def _named(self, field: DirectoryField) -> KeySource:
        """The learners by name: of a code with few uses these people, and not who else is called so."""
        if self._emails is not None and len(self._emails) <= FOR_A_SEARCH.items:
            return learners.in_order(self._people, field, prefix=self._beginning, descending=False)
        everybody = partial(learners.name_range, self._organization, prefix=self._beginning)
        is_last = field is DirectoryField.LAST_NAME
        first_names = [everybody(DirectoryField.FIRST_NAME)] if is_last else []
        earlier = FoundEarlier(self._table, first_names, limit=self._limit)
        return Candidates(everybody(field), partial(self._is_candidate, earlier))

    def _is_candidate(self, earlier: FoundEarlier, found: Found) -> bool:
        """Whether the person is worth loading: not whom the search has found already, or who has no use."""
        email = learners.address_of(found)
        if email.startswith(self._beginning) or (self._emails is not None and email not in self._emails):
            return False
        return earlier.is_new(found)

    @cached_property
    def _emails(self) -> frozenset[str] | None:
        """Who redeemed the code; None if they are too many."""
        if self._uses > FOR_A_SEARCH.keys:
            return None
        found = self._addresses("").read(self._table, first=FOR_A_SEARCH.items + 1)
        every = key_sources.all_of(found, most=FOR_A_SEARCH.keys)
        return None if every is None else frozenset(one.email for one in code_uses.whole(every))

    @cached_property
    def _people(self) -> list[Found]:
        """The learners who redeemed the code: one call for each hundred."""
        return learners.found_at(self._table, self._organization, sorted(self._emails or ()))

    def _by_name(self, found: Sequence[Found]) -> list[_Candidate | None]:
        """Read the learners who were found by name, each with their redemption of the code."""
        emails = [learners.address_of(one) for one in found]
        at_learners = [learners.ref(self._organization, email) for email in emails]
        at_uses = [code_uses.ref(self._organization, self._code.text, email) for email in emails]
        rows = self._table.get_many([*at_learners, *at_uses])
        candidates: list[_Candidate | None] = []
        for at_learner, at_use in zip(at_learners, at_uses, strict=True):
            learner, use = rows.get(at_learner), rows.get(at_use)
            if learner is None or use is None:
                candidates.append(None)
            else:
                entry = directory_entry(learners.learner_of(learner))
                candidates.append(_Candidate(code_uses.use_of(use), entry))
        return candidates


def _by_address(found: Sequence[Found]) -> list[_Candidate | None]:
    """Read what was found by address, by which alone it is wanted: names are not needed."""
    return [_Candidate(use, DirectoryEntry(email=use.email)) for use in code_uses.whole(found)]
