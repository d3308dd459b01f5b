"""Codes that people redeem for seats: registration codes for many people, redemption codes for one each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.api.descriptions import Caller, described
from functions.api.router import ApiRouter
from functions.api.routes.invites import NoClientError
from functions.api.schemas.codes import (
    Code,
    CodeChange,
    CodeGrant,
    CodePage,
    CodeResults,
    NewCode,
    NewCodes,
    grant_of,
)
from functions.api.schemas.common import MOST_VALUES, CodePath, Cursor, Limit, OrganizationPath
from functions.api.schemas.figures import CountsQuery
from functions.api.sheets.codes import COLUMNS, codes_sheet
from functions.api.sheets.pages import sheet_response, takes_gzip
from functions.api.views import codes as views
from functions.api.views import figures as figures_views
from usher.domain.directory import MAX_SEARCH
from usher.domain.enrollment.codes import (
    MAX_PASTED_CODE,
    BadBatchError,
    BadCodeError,
    CodeKey,
    CodeKind,
    CodeState,
    NobodyToCopyError,
    Pattern,
)
from usher.domain.list_sorts import CodeSort
from usher.domain.organizations import Permission
from usher.services.clients import Clients
from usher.services.enrollment.code_batches import CodeBatches
from usher.services.enrollment.codes import CodeDraft, Codes
from usher.services.enrollment.manage_codes import CodeEdits, ManageCodes
from usher.services.paging import PAGE, ResultPage
from usher.services.receipts import Receipt

CODES = "/v1/organizations/<organization>/codes"
ONE = f"{CODES}/<code>"
EXPORT = f"{CODES}/export"

OfStates = Annotated[
    list[CodeState] | None,
    Query(
        alias="state",
        max_length=MOST_VALUES,
        description="In these states only; several by commas. One is `ended` from the sweep after its end "
        "on, as in the counts; until then, a quarter of an hour at most, it is in no state.",
    ),
]
Beginning = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=MAX_SEARCH,
        description="What the code or its name begins with, whatever the case and the accents.",
    ),
]
OfKinds = Annotated[
    list[CodeKind] | None,
    Query(alias="kind", max_length=MOST_VALUES, description="Of these kinds only; several by commas."),
]
Sorted = Annotated[
    CodeSort | None,
    Query(
        alias="sort",
        description="The order, `-created` by default; by `name`, those without one come behind all others. "
        "Not together with `q`.",
    ),
]
OfBatch = Annotated[str | None, Query(max_length=64, description="The codes of this batch only.")]
WithText = Annotated[
    str | None, Query(max_length=MAX_PASTED_CODE, description="Only the code with this text.")
]

router = ApiRouter()


@router.post(CODES, status_code=HTTPStatus.CREATED)
@described(Clients.client, NoClientError, Codes.create, idempotent=True)
def create_code(organization: OrganizationPath, new: NewCode) -> Response[Code]:
    """Create a code.

    A registration code can be redeemed by many people, up to its cap; its text can be chosen. A redemption
    code can be redeemed once. Without `code`, a text is generated. With `send_me_a_copy`, the caller gets an
    email to forward: instructions, the code, where it is redeemed, and the message.
    """
    person, services = router.person, router.services
    draft, target = _draft(organization, new, new.kind)
    draft = replace(draft, message=new.message, cap=new.cap)
    return router.idempotent(
        lambda receipt: services.codes.create(
            person=person,
            organization=target,
            draft=draft,
            text=new.code,
            pattern=Pattern(length=new.length, prefix=new.prefix),
            send_copy=new.send_me_a_copy,
            receipt=receipt,
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CODES,
        view=_view(target),
        status=HTTPStatus.CREATED,
    )


@router.post(f"{CODES}/batch", status_code=HTTPStatus.CREATED)
@described(Clients.client, NoClientError, CodeBatches.generate, CodeBatches.upload, idempotent=True)
def create_codes(organization: OrganizationPath, new: NewCodes) -> Response[CodeResults]:
    """Create many redemption codes.

    Either `count` codes are generated, long enough not to be guessed, or the given `codes` are created. Of
    these, each that repeats another of the list, or that the organization has already, is reported and not
    created; one that cannot be a code refuses all of them, unless `skip_invalid`. A request that was
    interrupted continues where it stopped when it is sent again with the same Idempotency-Key.
    """
    person, services = router.person, router.services
    if (new.count is None) == (new.codes is None):
        raise BadBatchError("Either `count` or `codes` is needed, and not both.")
    draft, target = _draft(organization, new, CodeKind.REDEMPTION)

    def command(receipt: Receipt) -> None:
        common: dict[str, Any] = {
            "person": person,
            "organization": target,
            "draft": draft,
            "receipt": receipt,
        }
        if new.codes is not None:
            services.code_batches.upload(**common, given=new.codes, skip_invalid=new.skip_invalid)
        else:
            pattern = Pattern(length=new.length, prefix=new.prefix)
            services.code_batches.generate(**common, count=new.count or 0, pattern=pattern)

    return router.idempotent_batch(
        command,
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CODES,
        view=views.batch_result,
        gather=views.gather_batch,
        status=HTTPStatus.CREATED,
    )


@router.get(CODES)
@described(Codes.listed)
def list_codes(  # noqa: PLR0913 - the parameters of the request
    organization: OrganizationPath,
    *,
    search: Beginning = None,
    kinds: OfKinds = None,
    batch: OfBatch = None,
    states: OfStates = None,
    code: WithText = None,
    sort: Sorted = None,
    counts: CountsQuery = False,
    limit: Limit = PAGE,
    cursor: Cursor = None,
) -> CodePage:
    """List the codes, with what they give and their uses.

    Newest first, unless sorted otherwise, with the codes of a batch together; with `q`, first those that
    begin with it, then those whose name does. A page before the last may be short. `code` is the whole text.
    """
    page = _listed(
        organization,
        kinds,
        batch,
        limit,
        cursor,
        states=states or (),
        text=code,
        search=search,
        sort=sort,
        counts=counts,
    )
    return CodePage(items=page.items, next=page.next, counts=figures_views.code_counts(page.figures))


@router.get(EXPORT)
@described(Codes.listed, ruled_out=(BadCodeError,), files={"text/csv": ",".join(COLUMNS) + "\r\n"})
def export_codes(
    organization: OrganizationPath,
    *,
    search: Beginning = None,
    kinds: OfKinds = None,
    batch: OfBatch = None,
    states: OfStates = None,
    sort: Sorted = None,
    cursor: Cursor = None,
) -> Response[str]:
    """Export the codes as CSV.

    One answer has as many codes as fit into 4 MB, compressed where `Accept-Encoding` has `gzip`, and can be
    read in 12 seconds. The header `Link` with `rel="next"` has the address of the rest; only the first part
    has the column names, so that the parts put together are one file. A cell that a spreadsheet program would
    take for a formula begins with an apostrophe.
    """
    request = router.current_event
    sheet = codes_sheet(
        lambda limit, after: _listed(
            organization, kinds, batch, limit, after, states=states or (), search=search, sort=sort
        ),
        cursor=cursor,
        compressed=takes_gzip(request.headers),
    )
    path = EXPORT.replace("<organization>", organization)
    return sheet_response(
        sheet,
        name=f"codes-{organization}.csv",
        address=f"{router.services.origin}{path}",
        query=request.query_string_parameters,
        seal=router.seal_cursor,
    )


@router.get(ONE)
@described(Codes.code)
def get_code(organization: OrganizationPath, code: CodePath) -> Code:
    """Read a code, with what it gives and how often it was used.

    The people who used it are a list of their own. Lists and answers have the code's id; to find it by the
    text, list the codes with the filter `code`.
    """
    key = _key(organization, code)
    return _view(organization)(
        router.services.codes.code(person=router.person, organization=organization, code=key)
    )


@router.patch(ONE)
@described(ManageCodes.change)
def change_code(organization: OrganizationPath, code: CodePath, change: CodeChange) -> Code:
    """Change the name, message, cap or end of a code.

    The same rules hold as for a new one. People who redeemed it keep what they were given; a code that was
    used up or had ended can be redeemed again with a higher cap or a later end.

    With the `version` that was read, what somebody else changed meanwhile is not overwritten: the answer is a
    refusal, `changed_meanwhile`.
    """
    edits = CodeEdits(
        name=change.name,
        message=change.message,
        cap=change.cap,
        no_cap=change.cap is None and "cap" in change.model_fields_set,
        ends_on=change.ends_on,
        no_end=change.ends_on is None and "ends_on" in change.model_fields_set,
    )
    key = _key(organization, code)
    return _view(organization)(
        router.services.manage_codes.change(
            person=router.person, organization=organization, code=key, edits=edits, version=change.version
        )
    )


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
@described(ManageCodes.remove)
def remove_code(organization: OrganizationPath, code: CodePath) -> Response[None]:
    """Remove a code that was used up, has ended or is disabled.

    Its text can be that of a new code, which people who redeemed this one can redeem, too. Its uses stay
    among those of all codes, and nobody loses what it gave.
    """
    key = _key(organization, code)
    router.services.manage_codes.remove(person=router.person, organization=organization, code=key)
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(f"{ONE}/disable")
@described(ManageCodes.switch, idempotent=True)
def disable_code(organization: OrganizationPath, code: CodePath) -> Response[Code]:
    """Disable a code.

    Nobody can redeem it any more; people who redeemed it keep what they were given.
    """
    return _switched(organization, code, disabled=True)


@router.post(f"{ONE}/enable")
@described(ManageCodes.switch, idempotent=True)
def enable_code(organization: OrganizationPath, code: CodePath) -> Response[Code]:
    """Enable a disabled code again.

    Earlier uses still count.
    """
    return _switched(organization, code, disabled=False)


@router.post(f"{ONE}/send-copy")
@described(Codes.send_copy, caller=Caller.SIGNED_IN, idempotent=True, ruled_out=(NobodyToCopyError,))
def send_code_copy(organization: OrganizationPath, code: CodePath) -> Response[Code]:
    """Email a copy of a code to the caller.

    The email can be forwarded: instructions, the code, where it is redeemed, and the message.
    """
    person, services, key = router.person, router.services, _key(organization, code)
    return router.idempotent(
        lambda receipt: services.codes.send_copy(
            person=person, organization=organization, code=key, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CODES,
        view=_view(organization),
    )


def _switched(organization: str, code: str, *, disabled: bool) -> Response[Code]:
    person, services, key = router.person, router.services, _key(organization, code)
    return router.idempotent(
        lambda receipt: services.manage_codes.switch(
            person=person, organization=organization, code=key, disabled=disabled, receipt=receipt
        ),
        person=person,
        scope=organization,
        permission=Permission.MANAGE_CODES,
        view=_view(organization),
    )


def _listed(  # noqa: PLR0913 - the parameters of the request
    organization: str,
    kinds: Collection[CodeKind] | None,
    batch: str | None,
    limit: int,
    cursor: str | None,
    *,
    states: Collection[CodeState] = (),
    text: str | None = None,
    search: str | None = None,
    sort: CodeSort | None = None,
    counts: bool = False,
) -> ResultPage[Code]:
    page = router.services.codes.listed(
        person=router.person,
        organization=organization,
        kinds=kinds or (),
        batch=batch,
        states=states,
        text=text,
        search=search,
        sort=sort,
        limit=limit,
        cursor=cursor,
        with_figures=counts,
    )
    view = _view(organization, (one.code.created_by for one in page.items))
    return ResultPage(items=[view(one) for one in page.items], next=page.next, figures=page.figures)


def _view(organization: str, creators: Iterable[str] = ()) -> partial[Code]:
    services = router.services
    return partial(
        views.code,
        names=router.names(organization, creators),
        now=services.context.now(),
        origin=services.origin,
        ids=services.code_ids,
    )


def _key(organization: str, code: str) -> CodeKey:
    """Return the key behind a code's id."""
    return router.services.code_ids.key_of(organization, code)


def _draft(organization: str, new: CodeGrant, kind: CodeKind) -> tuple[CodeDraft, str]:
    """Return the draft of the codes, and the id of the organization that they are for."""
    grant = grant_of(new)
    if new.sublicense is not None and new.client is None:
        raise NoClientError("`sublicense` was sent without `client`.")
    draft = CodeDraft(
        kind=kind,
        grant=grant,
        name=new.name,
        ends_on=new.ends_on,
        domain=new.domain,
        language=new.language,
    )
    return draft, router.target_organization(organization, new.client)
