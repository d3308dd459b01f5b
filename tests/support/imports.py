"""Shortcuts that import a spreadsheet, as the full manager, and run the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.published_events import data_of
from tests.support.reading_back import events_of
from tests.support.tenant import Tenant
from usher.domain.effects.kinds import ContinueImport
from usher.domain.imports.imports import Defaults, Import, ImportState, Only
from usher.domain.imports.verdicts import ImportedRow, Verdict
from usher.domain.invites import Invite
from usher.services.imports.import_files import ImportFiles
from usher.services.imports.learner_imports import LearnerImports
from usher.services.imports.run_import import RunImport
from usher.services.receipts import Receipt
from usher.store import imports, invites

BUCKET = "imports"
COLUMNS = "Email,First name,Last name,Groups,Licenses,Access start,Client,Sublicense"


def csv_of(*rows: str, columns: str = COLUMNS) -> bytes:
    """Return a file with these rows below the names of the columns."""
    return "\r\n".join([columns, *rows, ""]).encode()


@dataclass
class ImportDriver:
    """Drives a tenant's imports; `work` runs the worker as the queue would."""

    tenant: Tenant
    files: ImportFiles
    s3: Any
    service: LearnerImports = field(init=False)
    worker: RunImport = field(init=False)

    def __post_init__(self) -> None:
        self.service = LearnerImports(self.tenant.context, files=self.files)
        self.worker = RunImport(self.tenant.context, self.files)

    def create(self, defaults: Defaults | None = None) -> Import:
        return self.service.create(
            person=self.tenant.full,
            organization=self.tenant.id,
            file_name="people.csv",
            defaults=defaults or Defaults(),
            receipt=Receipt(),
        )

    def upload(self, import_: Import, content: bytes) -> None:
        """Store the file where the upload form would."""
        key = f"{import_.organization}/{import_.id}/file"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)

    def check(self, import_: Import) -> Import:
        return self.service.check(
            person=self.tenant.full, organization=self.tenant.id, import_id=import_.id, receipt=Receipt()
        )

    def work(self, import_: Import) -> Import:
        """Run the worker until it has nothing left to do."""
        assert not self.worker.advance(self.job(import_), enough=lambda: False)
        return self.now(import_)

    def work_once(self, import_: Import) -> bool:
        """Run one step of the worker; return whether there is more."""
        return self.worker.advance(self.job(import_), enough=lambda: True) is not None

    def job(self, import_: Import) -> ContinueImport:
        return ContinueImport(organization=import_.organization, import_id=import_.id)

    def now(self, import_: Import) -> Import:
        found = imports.get(self.tenant.context.table, import_.organization, import_.id)
        assert found is not None
        return found

    def previewed(self, content: bytes | Sequence[str], defaults: Defaults | None = None) -> Import:
        """Import a file, or its rows, up to the preview."""
        new = self.create(defaults)
        self.upload(new, content if isinstance(content, bytes) else csv_of(*content))
        self.check(new)
        return self.work(new)

    def confirm(self, import_: Import, only: Only = Only.GOOD) -> Import:
        return self.service.confirm(
            person=self.tenant.full,
            organization=self.tenant.id,
            import_id=import_.id,
            only=only,
            receipt=Receipt(),
        )

    def carried_out(self, import_: Import, only: Only = Only.GOOD) -> Import:
        """Confirm the import, and run the worker to the end."""
        self.confirm(import_, only)
        done = self.work(import_)
        assert done.state is ImportState.FINISHED
        return done

    def cancel(self, import_: Import) -> Import:
        return self.service.cancel(
            person=self.tenant.full, organization=self.tenant.id, import_id=import_.id, receipt=Receipt()
        )

    def rows(self, import_: Import, verdict: Verdict | None = None, limit: int = 200) -> list[ImportedRow]:
        return list(self._pages(import_, verdict, limit))

    def _pages(self, import_: Import, verdict: Verdict | None, limit: int) -> Iterator[ImportedRow]:
        cursor: str | None = None
        while True:
            page = self.service.rows(
                person=self.tenant.full,
                organization=self.tenant.id,
                import_id=import_.id,
                verdicts=() if verdict is None else (verdict,),
                limit=limit,
                cursor=cursor,
            )
            yield from page.items
            if (cursor := page.next) is None:
                return

    def sent(self) -> list[Invite]:
        """Return the invites that were sent, in the order of sending."""
        rows = [
            row for event in events_of(self.tenant, "invites.created") for row in data_of(event)["invites"]
        ]
        found = [invites.get(self.tenant.context.table, row["id"]) for row in rows]
        return [one for one in found if one is not None]

    def verdicts(self, import_: Import) -> list[str]:
        """Return the verdict of each row, in the order of the file."""
        return [str(row.verdict) for row in self.rows(import_)]
