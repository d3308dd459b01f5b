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


def code_uses_listing(organization_id: str) -> str:
    """In `listing`: the redemptions of an organization's codes."""
    return f"ORG#{organization_id}#CODE_USES"


def code_use_listing(at: datetime, text: str, email_address: str) -> str:
    """In `listing`: a redemption, the newest last."""
    return f"{rfc3339(at)}#{text}#{email_address}"
