"""The lists of an organization's codes: by creation, by kind and state, by text or name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice

from usher.domain.directory import DirectoryField
from usher.domain.enrollment.codes import Code, CodeKind, CodeState
from usher.domain.instants import rfc3339
from usher.lazy_dataclasses import dataclass
from usher.store import key_ranges, key_sources
from usher.store.enrollment.codes import CodeRow, code_of, ref
from usher.store.key_ranges import Found, KeyRange, last_beginning_with, refs_of
from usher.store.key_sources import MOST_KEYS, KnownItems
from usher.store.keys import codes as code_keys
from usher.store.keys import directory
from usher.store.table import Table

_BY_STATE = DirectoryField.FIRST_NAME
"""The field of the directory whose index has codes by kind and state; they have no first name."""


def created_range(organization: str, *, batch: str | None, descending: bool) -> KeyRange:
    """Return the range of an organization's codes, or of a batch, by creation; a batch is together."""
    beginning = _beginning(batch)
    return KeyRange(
        partition=code_keys.codes_listing(organization),
        index="listing",
        low=beginning,
        high=last_beginning_with(beginning),
        descending=descending,
    )


@dataclass(frozen=True)
class CodesOfState:
    """The codes of one kind that are counted in one state, by creation; the entries are keys alone.

    Attributes:
        of: the range of the entries.
        not_ended_by: leaves out the codes that have ended by then; None for none.
    """

    of: KeyRange
    not_ended_by: datetime | None

    @property
    def descending(self) -> bool:
        """Whether the newest code comes first."""
        return self.of.descending

    def behind(self, key: str) -> CodesOfState | None:
        """Return what is left from this key on, itself included; None if nothing is."""
        left = self.of.behind(key)
        return None if left is None else replace(self, of=left)

    def read(self, table: Table, *, first: int) -> Iterator[Found]:
        """Yield the entries, each by the key that it has in the listing, and where the reading stopped."""
        found = key_ranges.read(table, self.of, first=first, largest=MOST_KEYS)
        return (Found(code_keys.listing_in(one.key), one.item) for one in self._left(found))

    def texts(self, table: Table) -> Iterator[str | None]:
        """Yield the texts of the codes, many in a call; None where the reading stopped."""
        found = self._left(key_sources.keys_of(table, self.of))
        return (None if one.item is None else code_keys.text_in(one.key) for one in found)

    def all_texts(self, table: Table) -> Iterator[str]:
        """Yield the texts of all the codes, in parts of a MB."""
        items = table.query_raw(self.of.partition, self.of.condition(), index=self.of.index)
        attribute = directory.SORT_KEYS[_BY_STATE]
        found = self._left(Found(self.of.key_of(item[attribute]["S"]), item) for item in items)
        return (code_keys.text_in(one.key) for one in found)

    def _left(self, found: Iterator[Found]) -> Iterator[Found]:
        if self.not_ended_by is None:
            return found
        now = rfc3339(self.not_ended_by)
        return (one for one in found if one.item is None or not code_keys.ends_by(one.key, now))


def of_states(
    organization: str,
    *,
    kinds: Collection[CodeKind],
    states: Collection[CodeState],
    batch: str | None,
    now: datetime,
    descending: bool,
) -> list[CodesOfState]:
    """Return where an organization's codes, or those of a batch, are that are in some states at `now`.

    That a code has ended counts from when the sweep processed its end. Until then it is in no state, unless
    those that ended are among the wanted. With no kinds, or no states, those of all.
    """
    beginning = _beginning(batch)
    left_out = now if states and CodeState.ENDED not in states else None
    return [
        CodesOfState(
            KeyRange(
                partition=directory.codes(organization),
                index=directory.INDEXES[_BY_STATE],
                prefix=code_keys.codes_in_state(kind, state),
                low=beginning,
                high=last_beginning_with(beginning),
                descending=descending,
            ),
            None if state is CodeState.DISABLED else left_out,
        )
        for kind in CodeKind
        for state in CodeState
        if (not kinds or kind in kinds) and (not states or state in states)
    ]


def few_texts(table: Table, of: Sequence[CodesOfState], *, most: int) -> list[str] | None:
    """Return the texts of all codes in some states; None if there are more than `most`."""
    found = [*islice(chain.from_iterable(one.texts(table) for one in of), most + 1)]
    texts = [text for text in found if text is not None]
    return None if len(found) > most or len(texts) < len(found) else texts


def texts_of(table: Table, of: Sequence[CodesOfState], *, most: int) -> list[str] | None:
    """Return the same, read to the end: one call for each MB."""
    texts = [*islice(chain.from_iterable(one.all_texts(table) for one in of), most + 1)]
    return None if len(texts) > most else texts


def _beginning(batch: str | None) -> str:
    return "" if batch is None else code_keys.codes_of(batch)


def in_listing(found: Sequence[Found]) -> list[Code | None]:
    """Read codes that were found whole, as in the listing."""
    items = (one.item for one in found)
    return [None if item is None else code_of(CodeRow.from_raw_data(item)) for item in items]


def range_beginning(
    organization: str, field: DirectoryField, prefix: str = "", *, descending: bool = False
) -> KeyRange:
    """Return the range of an organization's codes whose text (EMAIL) or name (LAST_NAME) has a beginning."""
    return KeyRange(
        partition=directory.codes(organization),
        index=directory.INDEXES[field],
        low=prefix,
        high=last_beginning_with(prefix),
        descending=descending,
    )


def in_directory(table: Table, found: Sequence[Found]) -> list[Code | None]:
    """Read codes that were found in the directory: one call for each hundred."""
    refs = refs_of(CodeRow, found)
    rows = table.get_many(refs)
    return [None if (row := rows.get(at)) is None else code_of(row) for at in refs]


def found_at(table: Table, organization: str, texts: Sequence[str]) -> list[Found]:
    """Read codes whole, by their texts: one call for each hundred."""
    refs = [ref(organization, text) for text in texts]
    rows = table.get_many(refs)
    return [Found(at.pk, item) for at in refs if (item := rows.item(at)) is not None]


def in_order(found: Sequence[Found], field: DirectoryField, *, prefix: str, descending: bool) -> KnownItems:
    """Return codes that were found whole as a range of the directory has them."""
    attribute = directory.SORT_KEYS[field]
    return KnownItems.of(
        (Found(one.item[attribute]["S"], one.item) for one in found if one.item and attribute in one.item),
        prefix=prefix,
        descending=descending,
    )


def partition_of(organization: str, text: str) -> str:
    """Return the partition of the code with a text, as an entry of the directory has it (partition_in)."""
    return ref(organization, text).pk


def has_text(entry: Found, organization: str, beginning: str) -> bool:
    """Return whether an entry of the directory is of a code whose text has a beginning."""
    return partition_in(entry).startswith(partition_of(organization, beginning))


def partition_in(entry: Found) -> str:
    """Return the partition of the code that an entry of the directory is of."""
    return "" if entry.item is None else entry.item["pk"]["S"]
