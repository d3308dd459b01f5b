"""An organization's learners as CSV: a line for each access, or for a learner without any."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from functions.api.schemas.learners import ListedLearner
from functions.api.schemas.people import Access
from functions.api.sheets.pages import ListSheet, list_sheet
from usher.domain.instants import zone
from usher.lazy_dataclasses import dataclass
from usher.services.paging import ResultPage
from usher.services.people import learner_lists
from usher.services.people.learner_lists import LearnersPage

COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "joined_at",
    "groups",
    "product",
    "state",
    "starts_at",
    "ends_at",
    "id",
    "license",
)


@dataclass(frozen=True, kw_only=True)
class _Lines(ResultPage[tuple[ListedLearner, Access | None]]):
    """The lines of a page of learners."""

    of: LearnersPage


def learners_sheet(
    read: Callable[[int, str | None], LearnersPage],
    *,
    view: Callable[[learner_lists.ListedLearner], ListedLearner],
    cursor: str | None,
    compressed: bool,
) -> ListSheet[_Lines]:
    """Read learners from the cursor on, as far as an answer can have them."""

    def lines(count: int, after: str | None) -> _Lines:
        page = read(count, after)
        found = [line for one in map(view, page.items) for line in _lines_of(one)]
        return _Lines(items=found, next=page.next, of=page)

    return list_sheet(lines, columns=COLUMNS, cells=_cells, cursor=cursor, compressed=compressed)


def file_name(sheet: ListSheet[_Lines]) -> str:
    """Return the file's name: the organization's slug, and the date in its time zone."""
    page = sheet.page.of
    day = page.read_at.astimezone(zone(page.organization.time_zone)).date()
    return f"{page.organization.slug}-learners-{day.isoformat()}.csv"


def _lines_of(learner: ListedLearner) -> list[tuple[ListedLearner, Access | None]]:
    if not learner.accesses:
        return [(learner, None)]
    return [(learner, access) for access in learner.accesses]


def _cells(line: tuple[ListedLearner, Access | None]) -> Iterator[object]:
    """Yield the values of the columns; several groups are separated by semicolons."""
    learner, access = line
    yield from (learner.email, learner.first_name, learner.last_name, learner.joined_at)
    yield "; ".join(group.name for group in learner.groups or ())
    if access is None:
        yield from (None, None, None, None, learner.id, None)
    else:
        yield from (access.product.name, access.state, access.starts_at, access.ends_at)
        yield from (learner.id, access.license)
