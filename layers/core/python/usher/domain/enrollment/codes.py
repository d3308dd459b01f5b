"""Codes: strings that anyone who has one can redeem for seats (DESIGN 1)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from usher.domain.directory import DirectoryField, folded
from usher.domain.enrollment.grants import Grant
from usher.domain.errors import InvalidError, NotFoundError, RefusedError, TooSoonError
from usher.domain.languages import Language
from usher.domain.pasted_text import pasted_code
from usher.domain.rate_limits import RateLimit
from usher.domain.versions import Versioned
from usher.lazy_dataclasses import dataclass

MIN_CODE = 4
MAX_CODE = 40
MAX_PASTED_CODE = 400
"""How long a text can be in which a code is pasted: with a label, or as the link that it came in."""
MAX_BATCH = 10_000
"""The most codes in one batch (DESIGN 2, Limits)."""
MAX_CAP = 10_000_000
LONGEST_REQUEST = timedelta(seconds=18)
"""How long one request creates codes of a batch. A function is given 25 seconds (docs/decisions/0031)."""

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""The characters of generated codes, without those that are easily confused: 0 and O, or 1, I and L."""
DEFAULT_LENGTH = 10
"""How many random characters a generated code has."""
GUESSES_PER_CODE = 100_000
"""The least number of guesses that it takes on average to find one code of a batch."""

TRIES_OF_PERSON = RateLimit(kind="code-person", times=10, per=timedelta(minutes=15))
"""Limits the wrong codes of one person."""
TRIES_OF_NETWORK_ADDRESS = RateLimit(kind="code-ip", times=20, per=timedelta(minutes=15))
"""Limits the wrong codes from one IP address, which an office may share."""
TRIES_AT_ORGANIZATION = RateLimit(kind="code-organization", times=300, per=timedelta(hours=1))
"""Limits the wrong codes at one organization by everybody together; beyond it, the next two limits hold."""
FEW_TRIES_OF_PERSON = replace(TRIES_OF_PERSON, times=2)
"""Limits the wrong codes of one person while an organization's codes are being guessed."""
FEW_TRIES_OF_NETWORK_ADDRESS = replace(TRIES_OF_NETWORK_ADDRESS, times=5)
"""Limits the wrong codes from one IP address while an organization's codes are being guessed."""

_SEPARATORS = re.compile(r"[\s,;]+")
_CODE = re.compile(rf"[A-Z0-9-]{{{MIN_CODE},{MAX_CODE}}}")


class BadCodeError(InvalidError):
    """The text cannot be a code."""

    code = "bad_code"
    title = "Not a usable code"
    fields = ("code",)
    next_action = f"Use {MIN_CODE} to {MAX_CODE} letters, digits and dashes."


class BadCodesError(InvalidError):
    """At least one text of a batch cannot be a code; nothing of the batch was done."""

    code = "bad_codes"
    title = "Some texts cannot be codes"
    fields = ("codes",)
    next_action = "Correct or remove the codes that are named, or create the others without them."


class BadBatchError(InvalidError):
    """The batch is empty, too large, or its codes would be too easy to guess."""

    code = "bad_batch"
    title = "Not a usable batch of codes"
    fields = ("count", "codes")
    next_action = f"Say how many codes to generate, or give your own: 1 to {MAX_BATCH} of them."


class BadCapError(InvalidError):
    """The cap is out of its range, or is set for a redemption code."""

    code = "bad_cap"
    title = "Not a usable cap"
    fields = ("cap",)
    next_action = f"Choose a cap of 1 to {MAX_CAP} for a registration code; a redemption code works once."


class EndsInPastError(InvalidError):
    """The end of a new code lies in the past."""

    code = "end_in_past"
    title = "The end lies in the past"
    fields = ("ends_on",)
    next_action = "Choose an end that lies ahead, or none."


class CapBelowUsesError(RefusedError):
    """The cap would be below the number of people who have redeemed the code."""

    code = "cap_below_uses"
    title = "More people have redeemed the code"
    fields = ("cap",)
    next_action = "Choose a cap that is at least the uses there are, or disable the code."


class CodeActiveError(RefusedError):
    """The code can still be redeemed, so that it is not removed."""

    code = "code_active"
    title = "The code can still be redeemed"
    next_action = "Disable the code, and remove it then."


class CodeTakenError(RefusedError):
    """The organization has this code already; capitals do not matter."""

    code = "code_taken"
    title = "There is this code already"
    fields = ("code",)
    next_action = "Choose another code, or use the one that there is."


class UnknownCodeError(NotFoundError):
    """The organization has no such code."""

    code = "code_not_found"
    title = "No such code"
    fields = ("code",)
    next_action = "Look at the list of codes."


class CodeNotActiveError(RefusedError):
    """The code is disabled, has ended or is used up, so that nobody could redeem a copy."""

    code = "code_not_active"
    title = "The code cannot be redeemed"
    next_action = "Enable the code if it is disabled, or create another one."


class NobodyToCopyError(InvalidError):
    """The caller is a program, which has no address for a copy of the code."""

    code = "nobody_to_copy"
    title = "A program gets no email"
    fields = ("send_me_a_copy",)
    next_action = "Let a person who is signed in ask for the copy."


class BatchUnfinishedError(TooSoonError):
    """The batch takes longer than one request may."""

    code = "batch_unfinished"
    title = "The batch is not finished yet"
    next_action = "Send the same request with the same Idempotency-Key again: it goes on where it stopped."


class CodeRefusedError(RefusedError):
    """The code was not redeemed. All refusals look alike, so that none helps to guess a code."""

    code = "code_refused"
    title = "This code cannot be redeemed"
    next_action = (
        "Check that you typed it as it was given to you. If you did, ask whoever gave it to you: "
        "it may have ended, been used up, or be meant for others."
    )


class CodeKind(StrEnum):
    """How often a code works: for many, or once."""

    REGISTRATION = "registration"
    REDEMPTION = "redemption"


class CodeState(StrEnum):
    """Whether a code can be redeemed now, and if not, why."""

    ACTIVE = "active"
    DISABLED = "disabled"
    ENDED = "ended"
    USED_UP = "used_up"


@dataclass(frozen=True, kw_only=True)
class CodeKey:
    """What tells a code apart from all others of its organization, removed ones of the same text included.

    The codes of a batch share the `id`.
    """

    id: str
    text: str


def canonical(text: str) -> str:
    """Return a code in its normal form: trimmed, in capitals; or raise BadCodeError."""
    typed = text.strip()
    # Some other letters become A to Z in capitals, such as the dotless i; they are refused.
    if not typed.isascii() or _CODE.fullmatch(typed.upper()) is None:
        raise BadCodeError(f"{typed[:MAX_CODE]!r} is not a usable code.")
    return typed.upper()


def read_code(text: str) -> str:
    """Return the code that somebody typed or pasted in its normal form; or raise BadCodeError.

    Signs that the alphabet of generated codes leaves out are not replaced: a chosen code may have them.
    """
    return canonical(pasted_code(text))


def read_codes(given: str | Sequence[str]) -> list[str]:
    """Return the codes in a list, a text or a CSV file's content, as they were written and unchecked.

    A text is cut at commas, semicolons and white space. If its first line names several columns, one of them
    `code`, the codes are those of this column.
    """
    if not isinstance(given, str):
        return [text.strip() for text in given]
    text = given.removeprefix("\ufeff").strip().replace("\r\n", "\n").replace("\r", "\n")
    try:
        column = _column(text)
    except csv.Error:  # such as a cell that is longer than any code
        column = None
    if column is not None:
        return column
    texts = [_cell(one) for one in _SEPARATORS.split(text) if one]
    return texts[1:] if texts and texts[0].lower() in {"code", "codes"} else texts


def _column(text: str) -> list[str] | None:
    """Return the column `code` of a CSV file; None if it has none, or no other column."""
    first, _, others = text.partition("\n")
    delimiter = next((sign for sign in ";\t" if sign in first), ",")
    names = [_cell(name).lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if not others or len(names) <= 1 or "code" not in names:
        return None
    rows = csv.DictReader(io.StringIO(others), fieldnames=names, delimiter=delimiter)
    return [code for row in rows if (code := _cell(row["code"] or ""))]


def _cell(text: str) -> str:
    """Return a cell's text without its quotes and the apostrophe that keeps it from being a formula."""
    return text.strip().strip('"').removeprefix("'")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The form of generated codes: a prefix, then `length` random characters of ALPHABET."""

    length: int = DEFAULT_LENGTH
    prefix: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.length <= MAX_CODE:
            raise BadCodeError(
                f"A code has {MIN_CODE} to {MAX_CODE} signs, its prefix included.", fields=("length",)
            )
        try:
            canonical(self.prefix + ALPHABET[0] * self.length)
        except BadCodeError as error:
            raise BadCodeError(error.detail, fields=("prefix",)) from error

    def require_unguessable(self, count: int) -> None:
        """Raise BadBatchError if finding one of `count` codes takes fewer than GUESSES_PER_CODE guesses."""
        if len(ALPHABET) ** self.length < count * GUESSES_PER_CODE:
            needed = next(n for n in range(1, MAX_CODE) if len(ALPHABET) ** n >= count * GUESSES_PER_CODE)
            raise BadBatchError(
                f"{count} codes of {self.length} random signs could be found by guessing.",
                fields=("length",),
                next_action=f"Choose a length of at least {needed}.",
                least_length=needed,
            )

    def draw(self, choose: Callable[[str], str]) -> str:
        """Return a code whose characters `choose` picks; `choose` has to be unpredictable."""
        return self.prefix.upper() + "".join(choose(ALPHABET) for _ in range(self.length))


@dataclass(frozen=True, kw_only=True)
class Code(Versioned):
    """A code of an organization.

    Attributes:
        text: the code in its normal form; unique among the organization's codes, but for removed ones.
        id: a ULID; the codes of a batch share it, so that it names the batch.
        cap: how many people may redeem it; None for as many as there are seats.
        ends_at: the moment from which the code cannot be redeemed; None for a code without an end.
        domain: the email domain whose addresses may redeem the code; "" for any.
        uses: how many people redeemed it.
        end_processed: whether the sweep has counted the code among those that have ended.
        language: of the page where the code is redeemed and of emails about what it gave; None for the
            organization's.
    """

    text: str
    id: str
    organization: str
    kind: CodeKind
    grant: Grant
    created_at: datetime
    created_by: str
    name: str = ""
    message: str = ""
    cap: int | None = None
    ends_at: datetime | None = None
    domain: str = ""
    batch: bool = False
    disabled: bool = False
    uses: int = 0
    end_processed: bool = False
    language: Language | None = None

    def __post_init__(self) -> None:
        if self.cap is not None and not 1 <= self.cap <= MAX_CAP:
            raise BadCapError(f"A cap is between 1 and {MAX_CAP}.")
        if self.kind is CodeKind.REDEMPTION and self.cap != 1:
            raise BadCapError("A redemption code works once.")

    @property
    def key(self) -> CodeKey:
        """The code's key."""
        return CodeKey(id=self.id, text=self.text)

    @property
    def batch_id(self) -> str | None:
        """The id of the code's batch; None for a single code."""
        return self.id if self.batch else None

    def state_at(self, now: datetime) -> CodeState:
        """Return whether the code can be redeemed at `now`."""
        return self._state(has_ended=self.ends_at is not None and now >= self.ends_at)

    @property
    def processed_state(self) -> CodeState:
        """The state in which the code is counted: as of the last sweep (decision 0072)."""
        return self._state(has_ended=self.end_processed)

    @property
    def is_used_up(self) -> bool:
        """Whether as many people have redeemed the code as its cap allows."""
        return self.cap is not None and self.uses >= self.cap

    def _state(self, *, has_ended: bool) -> CodeState:
        if self.disabled:
            return CodeState.DISABLED
        if has_ended:
            return CodeState.ENDED
        return CodeState.USED_UP if self.is_used_up else CodeState.ACTIVE

    def found_by(self, search: str) -> DirectoryField | None:
        """Return whether the text begins with a folded search (EMAIL), or else the name (LAST_NAME)."""
        if self.text.startswith(search.upper()):
            return DirectoryField.EMAIL
        return DirectoryField.LAST_NAME if folded(self.name).startswith(search) else None

    def changed(self, *, name: str, message: str, cap: int | None, ends_at: datetime | None) -> Code:
        """Return the code with other terms.

        Raises:
            BadCapError: the cap is out of its range, or not 1 for a redemption code.
            CapBelowUsesError: more people have redeemed the code.
        """
        if cap is not None and 1 <= cap < self.uses:
            raise CapBelowUsesError(f"{self.uses} people have redeemed the code.", uses=self.uses)
        processed = self.end_processed and ends_at == self.ends_at
        return replace(self, name=name, message=message, cap=cap, ends_at=ends_at, end_processed=processed)

    def require_dead(self, now: datetime) -> None:
        """Raise CodeActiveError if the code can still be redeemed."""
        if self.state_at(now) is CodeState.ACTIVE:
            raise CodeActiveError("The code is active.")

    def is_redeemable_by(self, email: str, now: datetime) -> bool:
        """Return whether somebody with this address can redeem the code at `now`."""
        return self.state_at(now) is CodeState.ACTIVE and self.domain in {"", email.rpartition("@")[2]}


@dataclass(frozen=True, kw_only=True)
class Use:
    """The redemption of a code by one person. It outlives the code.

    Attributes:
        code: the key of the code.
        grant: what the code gives; whoever had some of it was given the rest.
        batch: whether the code is one of a batch.
    """

    organization: str
    code: CodeKey
    email: str
    at: datetime
    grant: Grant
    batch: bool = False
