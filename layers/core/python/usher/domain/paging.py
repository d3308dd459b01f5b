"""Lists in pages: each page has the cursor of the next."""

from __future__ import annotations

from usher.domain.errors import InvalidError


class BadCursorError(InvalidError):
    """The cursor is not one that this list issued."""

    code = "bad_cursor"
    title = "Not a cursor of this list"
    fields = ("cursor",)
    next_action = "Start again from the first page, with the filters unchanged from page to page."
