"""The keys of codes, their uses and their batches."""

from __future__ import annotations

from datetime import datetime

from usher.domain.instants import rfc3339

CODE = "CODE"
CODE_PARTITION = "CODE#"
CODE_USE_PREFIX = "USE#"
CODE_BATCH_PREFIX = "CODE_BATCH#"


def code(organization_id: str, text: str) -> str:
    """The partition of a code and its uses; another organization may have the same text."""
    return f"{CODE_PARTITION}{organization_id}#{text}"


def code_use(email_address: str) -> str:
    """A person's newest redemption of the text, within the code's partition: at most one each."""
    return CODE_USE_PREFIX + email_address


def past_code_use(code_id: str, email_address: str) -> str:
    """A person's redemption of a removed code, where they have redeemed a later one of the same text."""
    return f"{CODE_USE_PREFIX}{code_id}#{email_address}"


def code_batch(batch_id: str) -> str:
    """A batch of codes, within the organization's partition; the newest sorts last."""
    return CODE_BATCH_PREFIX + batch_id


def codes_listing(organization_id: str) -> str:
    """In `listing`: an organization's codes."""
    return f"ORG#{organization_id}#CODES"


def codes_of(batch_id: str) -> str:
    """In `listing`: the prefix of a batch's codes."""
    return f"{batch_id}#"


def code_listing(code_id: str, text: str) -> str:
    """In `listing`: a code, the newest last, those of a batch together."""
    return codes_of(code_id) + text


def codes_in_state(kind: str, state: str) -> str:
    """In the directory: the prefix of an organization's codes of one kind in one state."""
    return f"{kind}#{state}#"


def code_in_state(kind: str, state: str, code_id: str, text: str, ends_at: datetime | None) -> str:
    """In the directory: a code among those of its kind and state, as in `listing`, with its end."""
    end = "" if ends_at is None else rfc3339(ends_at)
    return f"{codes_in_state(kind, state)}{code_listing(code_id, text)}#{end}"


def listing_in(key: str) -> str:
    """A code as it stands in `listing`, in what follows the kind and the state in the directory."""
    return key.rpartition("#")[0]


def text_in(key: str) -> str:
    """The text of a code, in what follows the kind and the state in the directory."""
    return key.rsplit("#", 2)[-2]


def ends_by(key: str, at: str) -> bool:
    """Whether a code ends by `at`, as RFC 3339 has it, by what follows the kind and the state."""
    return "" < key.rpartition("#")[2] <= at


def code_uses_listing(organization_id: str) -> str:
    """In `listing`: the redemptions of an organization's codes."""
    return f"ORG#{organization_id}#CODE_USES"


def code_use_listing(at: datetime, text: str, email_address: str) -> str:
    """In `listing`: a redemption, the newest last."""
    return f"{rfc3339(at)}#{text}#{email_address}"
