"""Codes with a filter, by text or name: what passes is looked up before the directory is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.codes import Code
from usher.lazy_dataclasses import dataclass
from usher.services.list_effort import FOR_A_SEARCH, MOST_KEYS_KNOWN, LateLookup, effort_for
from usher.services.merged_lists import Section
from usher.store.enrollment import code_lists
from usher.store.enrollment.code_lists import CodesOfState
from usher.store.key_ranges import Found
from usher.store.key_sources import Candidates
from usher.store.table import Table


@dataclass(frozen=True, kw_only=True)
class ExpectedCodes:
    """How many codes an organization has, and how many of them pass, as figures say.

    Attributes:
        is_most: whether fewer may pass: there is no figure of a kind, nor of a state within a batch.
    """

    total: int
    passing: int
    is_most: bool


class FilteredCodes:
    """The directory of an organization's codes as far as a filter lets pass what is there.

    Few codes that pass are read and sorted. Of more, the texts are read, and what stands in the directory is
    only loaded if its text is among them. Where most pass, what stands there is loaded as it is; since all
    codes of a batch are named alike, and may begin alike, that can be many in vain, and after as many as the
    texts cost the texts are read.
    """

    def __init__(
        self,
        table: Table,
        organization: str,
        passing: Sequence[CodesOfState],
        *,
        expected: ExpectedCodes,
        search: str,
        limit: int,
    ) -> None:
        """Look up what passes, in `passing`; for a search less is read, since that finds few by itself."""
        self._table = table
        self._organization = organization
        self._passing = passing
        effort = effort_for(expected.total, limit=limit)
        # Figures count as active what has ended since the last sweep, so that fewer may pass than they say.
        self._late = LateLookup(self._look_up, after=limit + effort.in_vain(0))
        if search:
            effort = FOR_A_SEARCH
        texts: list[str] | None = None
        if expected.is_most or expected.passing <= effort.keys:
            most = effort.keys if expected.passing <= effort.keys else effort.items
            texts = code_lists.few_texts(table, passing, most=most)
        self._partitions = self._partitions_of(texts)
        self._codes: list[Found] | None = None
        if texts is not None and len(texts) <= effort.items:
            self._codes = code_lists.found_at(table, organization, texts)

    def section(
        self,
        field: DirectoryField,
        prefix: str = "",
        *,
        descending: bool,
        is_new: Callable[[Found], bool],
        wanted: Callable[[Code], bool],
    ) -> Section[Code]:
        """Return the section of the codes whose field has a beginning, as far as they pass and are wanted."""
        if self._codes is not None:
            known = code_lists.in_order(self._codes, field, prefix=prefix, descending=descending)
            return Section([known], code_lists.in_listing, wanted)
        found = code_lists.range_beginning(self._organization, field, prefix, descending=descending)
        load = partial(code_lists.in_directory, self._table)
        return Section([Candidates(found, partial(self._can_pass, is_new))], load, wanted)

    def _can_pass(self, is_new: Callable[[Found], bool], entry: Found) -> bool:
        """Whether an entry of the directory may be of a code that passes, and was not found already."""
        of_code = code_lists.partition_in(entry)
        if self._partitions is not None:
            return of_code in self._partitions and is_new(entry)
        return self._late.lets_pass(entry, is_new=is_new, may_pass=lambda passing: of_code in passing)

    def _look_up(self) -> frozenset[str] | None:
        """Return the partitions of the codes that pass; None if they are too many."""
        return self._partitions_of(code_lists.texts_of(self._table, self._passing, most=MOST_KEYS_KNOWN))

    def _partitions_of(self, texts: Sequence[str] | None) -> frozenset[str] | None:
        if texts is None:
            return None
        return frozenset(code_lists.partition_of(self._organization, text) for text in texts)
