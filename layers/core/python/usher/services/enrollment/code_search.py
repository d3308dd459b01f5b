"""The reading of lists of codes: by creation, by text or name, or by the beginning of either."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.code_batches import CodeBatch
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.domain.figures import CODES, OrganizationFigures
from usher.domain.list_sorts import CodeSort
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.enrollment.filtered_codes import ExpectedCodes, FilteredCodes
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store.enrollment import code_lists
from usher.store.enrollment.code_lists import CodesOfState
from usher.store.key_ranges import Found
from usher.store.key_sources import Candidates


@dataclass(frozen=True, kw_only=True)
class CodeFilter:
    """Which codes of an organization are wanted, as they are at `now`; None or empty does not filter.

    `beginning` is a folded text that the code or its name begins with; it has an order of its own.
    """

    kinds: Collection[CodeKind]
    batch: str | None
    states: Collection[CodeState]
    beginning: str
    sort: CodeSort | None
    now: datetime

    def wants(self, code: Code) -> bool:
        """Return whether a code is wanted."""
        return (
            (not self.kinds or code.kind in self.kinds)
            and self.batch in {None, code.batch_id}
            and (not self.states or code.state_at(self.now) in self.states)
            and (not self.beginning or code.found_by(self.beginning) is not None)
        )

    @property
    def field(self) -> DirectoryField | None:
        """The field whose order is wanted; None for that of creation, in which a batch is by its texts."""
        by = None if self.sort is None else self.sort.by
        if by == "name":
            return DirectoryField.LAST_NAME
        return DirectoryField.EMAIL if by == "code" and self.batch is None else None

    @property
    def is_descending(self) -> bool:
        """Whether the greatest comes first, as the newest does unless another order is wanted."""
        return (self.sort or CodeSort.NEWEST).is_descending

    @property
    def is_by_state(self) -> bool:
        """Whether some kinds or states are not wanted."""
        is_of_kinds = bool(self.kinds) and len({*self.kinds}) < len(CodeKind)
        return is_of_kinds or (bool(self.states) and len({*self.states}) < len(CodeState))

    @property
    def needs_figures(self) -> bool:
        """Whether figures say how the list is read best: one by text or name of which not all are wanted."""
        in_directory = bool(self.beginning) or self.field is not None
        return in_directory and (self.is_by_state or self.batch is not None)


def read_codes_page(
    context: Context,
    organization: str,
    only: CodeFilter,
    *,
    figures: OrganizationFigures | None,
    batch: CodeBatch | None,
    limit: int,
    cursor: str | None,
) -> ResultPage[Code]:
    """Read a page of codes, the newest first; with a beginning, those of the text, then those of the name.

    One call, or two by text or name, and up to four by a beginning; with kinds or states one for each of
    these, and the codes. `figures` and the `batch` that is wanted say how many there are, where they are
    needed.

    Raises:
        BadCursorError: the cursor is none of this list.
    """
    query = (organization, only.beginning, sorted(only.kinds), only.batch, sorted(only.states), only.sort)
    reading = _Reading(context, organization, only)
    if only.beginning or only.field is not None:
        filtered = None if figures is None else reading.filtered(figures, batch, limit=limit)
        sections = reading.by_text_or_name(filtered)
    else:
        sections = [reading.by_creation()]
    return read_page(context.table, sections, query=query, limit=limit, cursor=cursor)


class _Reading:
    """Where the codes of a list are read."""

    def __init__(self, context: Context, organization: str, only: CodeFilter) -> None:
        self._table = context.table
        self._organization = organization
        self._only = only
        self._load = partial(code_lists.in_directory, context.table)

    def by_creation(self) -> Section[Code]:
        """All in order of creation, or in a batch by their texts."""
        only = self._only
        if only.is_by_state:
            return Section(self._of_states(), self._load, self._is_wanted)
        created = code_lists.created_range(
            self._organization, batch=only.batch, descending=only.is_descending
        )
        return Section([created], code_lists.in_listing, self._is_wanted)

    def by_text_or_name(self, filtered: FilteredCodes | None) -> list[Section[Code]]:
        """A search goes through texts and names in turn; else one range has all that is wanted."""
        only = self._only
        if not only.beginning:
            field = only.field or DirectoryField.EMAIL
            return [self._section(filtered, field)]
        beginnings = {
            DirectoryField.EMAIL: only.beginning.upper(),
            DirectoryField.LAST_NAME: only.beginning,
        }
        return [self._section(filtered, field, beginning) for field, beginning in beginnings.items()]

    def filtered(self, figures: OrganizationFigures, batch: CodeBatch | None, *, limit: int) -> FilteredCodes:
        """The directory, with what the kinds, the states and the batch let pass."""
        only = self._only
        counts = figures.by_state(CODES, CodeState)
        passing = sum(counts[one] for one in {*(only.states or counts)})
        if batch is not None:
            passing = min(passing, batch.created - batch.removed)
        return FilteredCodes(
            self._table,
            self._organization,
            self._of_states(),
            expected=ExpectedCodes(
                total=sum(counts.values()),
                passing=passing,
                is_most=bool(only.kinds) or (batch is not None and bool(only.states)),
            ),
            search=only.beginning,
            limit=limit,
        )

    def _of_states(self) -> list[CodesOfState]:
        only = self._only
        return code_lists.of_states(
            self._organization,
            kinds=only.kinds,
            states=only.states,
            batch=only.batch,
            now=only.now,
            descending=only.is_descending,
        )

    def _section(
        self, filtered: FilteredCodes | None, field: DirectoryField, prefix: str = ""
    ) -> Section[Code]:
        wanted = partial(self._is_found, field) if self._only.beginning else self._is_wanted
        descending = self._only.is_descending and not self._only.beginning
        is_new = partial(self._is_new, field)
        if filtered is not None:
            return filtered.section(field, prefix, descending=descending, is_new=is_new, wanted=wanted)
        found = code_lists.range_beginning(self._organization, field, prefix, descending=descending)
        return Section([Candidates(found, is_new)], self._load, wanted)

    def _is_new(self, field: DirectoryField, entry: Found) -> bool:
        """Whether an entry is to be loaded: not of a code that a search has found by its text already."""
        beginning = self._only.beginning.upper()
        is_by_text = field is DirectoryField.EMAIL or not beginning
        return is_by_text or not code_lists.has_text(entry, self._organization, beginning)

    def _is_wanted(self, code: Code) -> bool:
        return code.organization == self._organization and self._only.wants(code)

    def _is_found(self, field: DirectoryField, code: Code) -> bool:
        return code.found_by(self._only.beginning) is field and self._is_wanted(code)
