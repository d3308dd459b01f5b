"""All that the routes call, built once from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from usher.bootstrap import Bootstrap
from usher.gateways.secrets import Secret
from usher.services.buying import Buying
from usher.services.clients import Clients
from usher.services.context import Context
from usher.services.doors.code_batches import CodeBatches
from usher.services.doors.codes import Codes
from usher.services.doors.connecting import Connecting
from usher.services.doors.join_pages import JoinPages
from usher.services.doors.join_requests import JoinRequests
from usher.services.giving import Giving
from usher.services.grouping import Grouping
from usher.services.importing.files import ImportFiles
from usher.services.importing.imports import Importing
from usher.services.invites.changing import ChangingInvites
from usher.services.invites.inviting import Inviting
from usher.services.invites.looking import Invites
from usher.services.licensing import Licensing
from usher.services.managing import Managing
from usher.services.noticing import Noticing
from usher.services.operating import Operating
from usher.services.people.erasing import Erasing
from usher.services.people.exporting import Exporting
from usher.services.people.learning import Learning
from usher.services.people.signing_in import SigningIn
from usher.services.programs.entitling import Entitling
from usher.services.programs.keying import Keying
from usher.services.programs.redelivering import Redelivering
from usher.services.programs.subscribing import Subscribing
from usher.services.reporting import Reporting
from usher.services.retiring import Retiring
from usher.services.supporting import Supporting
from usher.services.teaming import Teaming


@dataclass(frozen=True, kw_only=True)
class Services:
    """One of each capability, and what the edge itself needs: the learning platform's key and the origin."""

    context: Context
    signing_in: SigningIn
    operating: Operating
    retiring: Retiring
    managing: Managing
    licensing: Licensing
    inviting: Inviting
    importing: Importing
    grouping: Grouping
    giving: Giving
    clients: Clients
    exporting: Exporting
    erasing: Erasing
    codes: Codes
    code_batches: CodeBatches
    invites: Invites
    changing: ChangingInvites
    learning: Learning
    teaming: Teaming
    noticing: Noticing
    supporting: Supporting
    buying: Buying
    reporting: Reporting
    join_pages: JoinPages
    join_requests: JoinRequests
    keying: Keying
    connecting: Connecting
    subscribing: Subscribing
    redelivering: Redelivering
    entitling: Entitling
    entitlements_key: Secret
    origin: str

    @classmethod
    def of(cls, bootstrap: Bootstrap) -> Self:
        """Build them all at once, so that a snapshot of the function holds them with their clients."""
        context = bootstrap.context
        return cls(
            context=context,
            signing_in=SigningIn(context, identity=bootstrap.identity),
            operating=Operating(context),
            retiring=Retiring(context),
            managing=Managing(context),
            licensing=Licensing(context),
            inviting=Inviting(context),
            importing=Importing(context, files=ImportFiles(bootstrap.files)),
            grouping=Grouping(context),
            giving=Giving(context),
            clients=Clients(context),
            exporting=Exporting(context, files=ImportFiles(bootstrap.files)),
            erasing=Erasing(context, files=ImportFiles(bootstrap.files)),
            codes=Codes(context),
            code_batches=CodeBatches(context),
            invites=Invites(context),
            changing=ChangingInvites(context),
            learning=Learning(context),
            teaming=Teaming(context),
            noticing=Noticing(context),
            supporting=Supporting(context),
            buying=Buying(context),
            reporting=Reporting(context),
            join_pages=JoinPages(context),
            join_requests=JoinRequests(context),
            keying=Keying(context),
            connecting=Connecting(
                context,
                secrets=bootstrap.client_secrets,
                providers=lambda: bootstrap.providers,
                own_networks=bootstrap.own_networks,
            ),
            subscribing=Subscribing(
                context, signatures=bootstrap.signatures, own_networks=bootstrap.own_networks
            ),
            redelivering=Redelivering(context),
            entitling=Entitling(context),
            entitlements_key=bootstrap.entitlements_key,
            origin=bootstrap.origin,
        )
