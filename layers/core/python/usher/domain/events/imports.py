"""Events about imports of learners from spreadsheets."""

from __future__ import annotations

from typing import Self

from usher.domain.events.event import EventData
from usher.domain.events.parts import Counts, Part
from usher.domain.imports.imports import Import
from usher.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ImportRef(Part):
    """An import, as it stood after what happened."""

    id: str
    file_name: str
    rows: int
    """How many rows the file has; 0 until it is read."""

    @classmethod
    def of(cls, learner_import: Import) -> Self:
        """Refer to the import."""
        return cls(id=learner_import.id, file_name=learner_import.file_name, rows=learner_import.rows)


@dataclass(frozen=True, kw_only=True)
class ImportData(EventData):
    """What every event of an import carries."""

    learner_import: ImportRef


@dataclass(frozen=True, kw_only=True)
class ImportCreated(ImportData, type="import.created"):
    """A manager created an import, whose file is to be uploaded."""


@dataclass(frozen=True, kw_only=True)
class ImportUploaded(ImportData, type="import.uploaded"):
    """The file of an import was uploaded, and is being checked."""


@dataclass(frozen=True, kw_only=True)
class ImportChecked(ImportData, type="import.checked"):
    """Every row of an import was checked."""

    verdicts: Counts
    """How many rows have each verdict."""


@dataclass(frozen=True, kw_only=True)
class ImportRefused(ImportData, type="import.refused"):
    """The file of an import cannot be read."""

    reason: str
    """Why, as a problem's `code`."""


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(ImportData, type="import.confirmed"):
    """A manager confirmed an import, whose people are being invited."""

    only: str
    """`all` rows, or the `good` ones."""


@dataclass(frozen=True, kw_only=True)
class ImportCanceled(ImportData, type="import.canceled"):
    """A manager canceled an import; nobody more is invited by it."""


@dataclass(frozen=True, kw_only=True)
class ImportFailed(ImportData, type="import.failed"):
    """An import could not be carried out to its end, and was given up."""

    outcomes: Counts
    """How many of the rows that were carried out came to each outcome."""


@dataclass(frozen=True, kw_only=True)
class ImportFinished(ImportData, type="import.finished"):
    """Every row of an import was carried out."""

    outcomes: Counts
    """How many rows came to each outcome."""
    invited: int
    confirmed_by: str
