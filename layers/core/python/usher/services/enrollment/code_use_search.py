"""The search of a code's redemptions by the beginning of the person's address or name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from usher.domain.directory import DirectoryEntry, DirectoryField, fields_for
from usher.domain.enrollment.codes import CodeKey, Use
from usher.domain.learner_lists import directory_entry
from usher.lazy_dataclasses import dataclass
from usher.services.context import Context
from usher.services.merged_lists import Section, read_page
from usher.services.paging import ResultPage
from usher.store.enrollment import code_uses
from usher.store.key_ranges import Found
from usher.store.people import learners
from usher.store.table import Table


@dataclass(frozen=True)
class _Candidate:
    """A redemption, with the person as the directory has them."""

    use: Use
    entry: DirectoryEntry


def uses_found(
    context: Context, organization: str, code: CodeKey, beginning: str, *, limit: int, cursor: str | None
) -> ResultPage[Use]:
    """Read a page of those redemptions: by addresses, then first, then last names; one to six calls and more.

    Raises:
        BadCursorError: the cursor is none of this search.
    """
    table = context.table

    def is_found(field: DirectoryField, one: _Candidate) -> bool:
        return one.use.code.id == code.id and one.entry.found_by(beginning) is field

    sections = [
        Section(
            [code_uses.address_range(organization, code, beginning)]
            if field is DirectoryField.EMAIL
            else [learners.name_range(organization, field, prefix=beginning)],
            partial(_by_address if field is DirectoryField.EMAIL else _by_name, table, organization, code),
            partial(is_found, field),
        )
        for field in fields_for(beginning)
    ]
    query = ("code_uses", organization, code, beginning)
    page = read_page(table, sections, query=query, limit=limit, cursor=cursor)
    return ResultPage(items=[one.use for one in page.items], next=page.next)


def _by_address(
    _table: Table, _organization: str, _code: CodeKey, found: Sequence[Found]
) -> list[_Candidate | None]:
    """Read what was found by address, by which alone it is wanted: names are not needed."""
    return [_Candidate(use, DirectoryEntry(email=use.email)) for use in code_uses.whole(found)]


def _by_name(
    table: Table, organization: str, code: CodeKey, found: Sequence[Found]
) -> list[_Candidate | None]:
    """Read the learners who were found by name, each with their redemption of the code."""
    emails = [learners.address_of(one) for one in found]
    rows = table.get_many(
        [
            *(learners.ref(organization, email) for email in emails),
            *(code_uses.ref(organization, code.text, email) for email in emails),
        ]
    )
    candidates: list[_Candidate | None] = []
    for email in emails:
        learner = rows.get(learners.ref(organization, email))
        use = rows.get(code_uses.ref(organization, code.text, email))
        if learner is None or use is None:
            candidates.append(None)
        else:
            entry = directory_entry(learners.learner_of(learner))
            candidates.append(_Candidate(code_uses.use_of(use), entry))
    return candidates
