"""Events about registration and redemption codes."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Self

from usher.domain.enrollment.codes import Code, CodeKind
from usher.domain.events.enrollment import EnrollmentData
from usher.domain.events.event import EventData
from usher.domain.events.parts import GroupRef, LicenseRef, Part
from usher.domain.languages import Language
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CodeRef(Part):
    """A code."""

    text: str
    kind: CodeKind
    name: str

    @classmethod
    def of(cls, code: Code) -> Self:
        """Refer to the code."""
        return cls(text=code.text, kind=code.kind, name=code.name)


@dataclass(frozen=True, kw_only=True)
class CodeTerms(Part):
    """What codes give, and for whom they work."""

    kind: CodeKind
    name: str
    licenses: tuple[LicenseRef, ...]
    group: GroupRef | None
    cap: int | None
    """How often a code can be redeemed; null means as often as there are seats."""
    domain: str
    """The domain whose addresses may redeem it; empty means all."""
    message: str
    ends_at: datetime | None
    language: Language | None = field(default_factory=lambda: None)
    """The language of the copy and of emails about what codes give; null for the organization's."""


@dataclass(frozen=True, kw_only=True)
class CodeCreated(EventData, type="code.created"):
    """A manager created a code, or some of a batch of codes."""

    code: CodeRef | None
    """Null for a batch."""
    batch: str | None
    """The id of the batch; null for a single code."""
    count: int
    terms: CodeTerms
    copy_to: str | None
    """Who is sent a copy to forward."""
    group_licenses: tuple[LicenseRef, ...]
    """The licenses of the group, which the copy names; empty where no copy is sent."""


@dataclass(frozen=True, kw_only=True)
class CodeCopied(EventData, type="code.copied"):
    """A manager was sent a copy of a code to forward."""

    code: CodeRef
    terms: CodeTerms
    copy_to: str
    group_licenses: tuple[LicenseRef, ...]
    """The licenses of the group, which the copy names."""


@dataclass(frozen=True, kw_only=True)
class CodeDisabled(EventData, type="code.disabled"):
    """A manager disabled a code."""

    code: CodeRef
    terms: CodeTerms


@dataclass(frozen=True, kw_only=True)
class CodeEnabled(EventData, type="code.enabled"):
    """A manager enabled a disabled code."""

    code: CodeRef
    terms: CodeTerms


@dataclass(frozen=True, kw_only=True)
class CodeChanged(EventData, type="code.changed"):
    """A manager changed a code's name, message, cap or end."""

    code: CodeRef
    terms: CodeTerms
    """The terms from now on."""


@dataclass(frozen=True, kw_only=True)
class CodeRemoved(EventData, type="code.removed"):
    """A manager removed a code that could not be redeemed any more; a new one may have its text."""

    code: CodeRef
    terms: CodeTerms
    uses: int
    """How many people redeemed it."""


@dataclass(frozen=True, kw_only=True)
class CodeRedeemed(EnrollmentData, type="code.redeemed"):
    """A person was enrolled by a code."""

    code: CodeRef
