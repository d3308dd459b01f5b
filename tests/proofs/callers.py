"""What the processes of the contention tests do: each has its own client, table and ids, as a Lambda has."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ulid import ULID

from tests.support.tables import NAME, REGION
from usher.domain.enrollment.codes import CodeKey, CodeKind, CodeRefusedError
from usher.domain.enrollment.grants import Grant
from usher.domain.errors import UsherError
from usher.domain.people import Person
from usher.domain.rate_limits import LimitReachedError
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.enrollment.codes import CodeDraft, Codes
from usher.services.enrollment.join_page_flow import JoinPageFlow
from usher.services.enrollment.manage_codes import CodeEdits, ManageCodes
from usher.services.enrollment.redeem_code import RedeemCode
from usher.services.enrollment.waitlist import Waitlist
from usher.services.groups import Groups
from usher.services.invites.answer_invite import AnswerInvite
from usher.services.invites.invite_learners import InviteLearners
from usher.services.invites.manage_invites import ManageInvites
from usher.services.learner_assignment import LearnerAssignment
from usher.services.license_assignment import LicenseAssignment
from usher.services.license_extensions import LicenseExtensions
from usher.services.operator_commands import OperatorCommands
from usher.services.organization_settings import OrganizationSettings
from usher.services.outbox.acknowledge_events import acknowledge
from usher.services.outbox.sweep import Sweep
from usher.services.receipts import Receipt
from usher.store import outbox
from usher.store.table import Table
from usher.store.transaction import BusyError


@dataclass(frozen=True)
class Call:
    """One command of one caller, to be made at an instant, by a caller whose clock says `now`."""

    command: str
    at: float
    now: datetime
    person: Person
    organization: str = ""
    invite: str = ""
    number: int = 1
    license: str = ""
    emails: str = ""
    group: str = ""
    name: str = ""
    client: str = ""
    code: str = ""
    seats: int = 0
    version: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the caller was told: outcomes by address, or the code of the refusal."""

    call: Call
    refusal: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()
    done: int = 0


_tables: list[Table] = []


def client_of(endpoint: str, *, read_timeout: int | None = None) -> Any:
    """Return a client of the emulator's tables, with the settings of the functions.

    `read_timeout` (seconds) replaces theirs for what prepares a proof: the table is created while
    sixteen processes start, and a creation that is tried again fails.
    """
    import botocore.config  # noqa: PLC0415 - imported in the process that uses it
    import botocore.session  # noqa: PLC0415 - the same

    from usher.bootstrap import CONFIG  # noqa: PLC0415 - the same

    return botocore.session.get_session().create_client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=CONFIG.merge(botocore.config.Config(read_timeout=read_timeout)) if read_timeout else CONFIG,
    )


def connect(endpoint: str) -> None:
    """Get ready, once in a process."""
    _tables.append(Table(name=NAME, client=client_of(endpoint)))


def make(call: Call) -> Answer:
    """Wait for the call's instant, make it, and return what was answered."""
    context = Context(table=_tables[0], now=lambda: call.now, new_id=lambda: str(ULID()))
    time.sleep(max(0.0, call.at - time.time()))
    try:
        return _COMMANDS[call.command](context, call)
    except UsherError as error:
        return Answer(call, refusal=error.code)
    except BusyError:
        return Answer(call, refusal="busy")


def _invite(context: Context, call: Call) -> Answer:
    results = InviteLearners(context).invite(
        person=call.person,
        organization=call.organization,
        license_ids=[call.license],
        emails=call.emails,
        receipt=Receipt(),
    )
    return Answer(call, outcomes=tuple((one.email, str(one.outcome)) for one in results))


def _withdraw(context: Context, call: Call) -> Answer:
    ManageInvites(context).withdraw(
        person=call.person, organization=call.organization, invite=call.invite, receipt=Receipt()
    )
    return Answer(call, done=1)


def _swap(context: Context, call: Call) -> Answer:
    """Withdraw an invite, and invite another address to the license."""
    _withdraw(context, call)
    return _invite(context, call)


def _resize(context: Context, call: Call) -> Answer:
    """Add seats to a license by the order `name`."""
    resized = OperatorCommands(context).resize_license(
        person=call.person,
        organization=call.organization,
        license_id=call.license,
        order_id=call.name,
        seats=call.seats,
    )
    return Answer(call, done=resized.total)


def _resend(context: Context, call: Call) -> Answer:
    ManageInvites(context).resend(
        person=call.person, organization=call.organization, invite=call.invite, receipt=Receipt()
    )
    return Answer(call, done=1)


def _accept(context: Context, call: Call) -> Answer:
    AnswerInvite(context).accept(person=call.person, invite=call.invite, number=call.number)
    return Answer(call, done=1)


def _create_group(context: Context, call: Call) -> Answer:
    Groups(context).create(
        person=call.person,
        organization=call.organization,
        name=call.name,
        license_ids=[],
        receipt=Receipt(),
    )
    return Answer(call, done=1)


def _apply(context: Context, call: Call) -> Answer:
    done = LicenseAssignment(context).add(
        person=call.person,
        organization=call.organization,
        group=call.group,
        license_id=call.license,
        apply=True,
        receipt=Receipt(),
    )
    return Answer(call, done=done.given)


def _assign(context: Context, call: Call) -> Answer:
    results = LearnerAssignment(context).add_to_group(
        person=call.person,
        organization=call.organization,
        group=call.group,
        emails=call.emails,
        people={},
        receipt=Receipt(),
    )
    return Answer(call, outcomes=tuple((one.email, str(one.outcome)) for one in results))


def _redeem(context: Context, call: Call) -> Answer:
    """Redeem the code `name` as each of the addresses, all at once; from the IP address `client`, if any."""

    def redeemed(email: str) -> tuple[str, str]:
        try:
            enrolled = RedeemCode(context).redeem(
                person=Person(email=email),
                organization=call.organization,
                text=call.name,
                network_address=call.client or email,
            )
        except CodeRefusedError:
            return email, "refused"
        return email, "in" if enrolled.new else "again"

    emails = call.emails.split()
    with ThreadPoolExecutor(max_workers=len(emails)) as pool:
        return Answer(call, outcomes=tuple(pool.map(redeemed, emails)))


def _guess(context: Context, call: Call) -> Answer:
    """Try each of the codes in `name`, all at once, as the person from the IP address `client`."""

    def tried(text: str) -> tuple[str, str]:
        try:
            RedeemCode(context).redeem(
                person=call.person,
                organization=call.organization,
                text=text,
                network_address=call.client,
            )
        except (CodeRefusedError, LimitReachedError) as refused:
            return text, refused.code
        return text, "in"

    texts = call.name.split()
    with ThreadPoolExecutor(max_workers=len(texts)) as pool:
        return Answer(call, outcomes=tuple(pool.map(tried, texts)))


def _cap_code(context: Context, call: Call) -> Answer:
    """Set the cap of the code `name` with the id `code` to `seats`."""
    changed = ManageCodes(context).change(
        person=call.person,
        organization=call.organization,
        code=CodeKey(id=call.code, text=call.name),
        edits=CodeEdits(cap=call.seats),
    )
    return Answer(call, done=changed.code.uses)


def _rename(context: Context, call: Call) -> Answer:
    """Give what the call names (the group, the code `name`, or the organization) a name of the caller's own.

    Of a code, `name` is its text and `code` its id; the new name is the caller's `seats`.
    """
    person, organization, name = call.person, call.organization, f"Name {call.seats}"
    if call.group:
        groups = Groups(context)
        groups.rename(
            person=person, organization=organization, group=call.group, name=name, version=call.version
        )
    elif call.code:
        ManageCodes(context).change(
            person=person,
            organization=organization,
            code=CodeKey(id=call.code, text=call.name),
            edits=CodeEdits(name=name),
            version=call.version,
        )
    else:
        OrganizationSettings(context).change(
            person=person, organization=organization, name=name, version=call.version
        )
    return Answer(call, done=1)


def _remove_code(context: Context, call: Call) -> Answer:
    """Disable the code `name` with the id `code`, remove it, and create another of its text."""
    key, manage = CodeKey(id=call.code, text=call.name), ManageCodes(context)
    manage.switch(
        person=call.person, organization=call.organization, code=key, disabled=True, receipt=Receipt()
    )
    manage.remove(person=call.person, organization=call.organization, code=key)
    Codes(context).create(
        person=call.person,
        organization=call.organization,
        draft=CodeDraft(kind=CodeKind.REGISTRATION, grant=Grant(licenses=(call.license,))),
        text=call.name,
        receipt=Receipt(),
    )
    return Answer(call, done=1)


def _join(context: Context, call: Call) -> Answer:
    outcome = JoinPageFlow(context).join(person=call.person, organization=call.organization)
    return Answer(call, outcomes=((call.person.email, str(outcome)),))


def _advance(context: Context, call: Call) -> Answer:
    return Answer(call, done=Waitlist(context).advance(organization=call.organization))


def _extend(context: Context, call: Call) -> Answer:
    """Extend the license by the order `name` to the date `code`, and begin to copy it, as dispatch does."""
    extensions = LicenseExtensions(context)
    extensions.extend(
        person=call.person,
        organization=call.organization,
        license_id=call.license,
        order_id=call.name,
        valid_until=call.code,
    )
    extensions.begin(organization=call.organization, license_id=call.license)
    return Answer(call, done=1)


def _create_sublicense(context: Context, call: Call) -> Answer:
    sublicense = Clients(context).create_sublicense(
        person=call.person,
        organization=call.organization,
        client=call.client,
        license_id=call.license,
        seats=call.seats,
        receipt=Receipt(),
    )
    return Answer(call, done=sublicense.total)


def _move(context: Context, call: Call) -> Answer:
    moved = Clients(context).move_seats(
        person=call.person,
        organization=call.organization,
        client=call.client,
        sublicense=call.license,
        seats=call.seats,
        receipt=Receipt(),
    )
    return Answer(call, done=moved.total)


def _sweep(context: Context, call: Call) -> Answer:
    swept = Sweep(context).sweep()
    return Answer(call, done=swept.expired + swept.ended)


def _acknowledge(context: Context, call: Call) -> Answer:
    """Acknowledge all the events that wait, as dispatch does once it has carried out their effects."""
    waiting = list(outbox.waiting(context.table))
    acknowledge(context, waiting)
    return Answer(call, done=len(waiting))


_COMMANDS: dict[str, Callable[[Context, Call], Answer]] = {
    "invite": _invite,
    "withdraw": _withdraw,
    "resend": _resend,
    "swap": _swap,
    "resize": _resize,
    "accept": _accept,
    "sweep": _sweep,
    "acknowledge": _acknowledge,
    "create_group": _create_group,
    "apply": _apply,
    "assign": _assign,
    "redeem": _redeem,
    "guess": _guess,
    "cap_code": _cap_code,
    "rename": _rename,
    "remove_code": _remove_code,
    "extend": _extend,
    "create_sublicense": _create_sublicense,
    "move": _move,
    "join": _join,
    "advance": _advance,
}
