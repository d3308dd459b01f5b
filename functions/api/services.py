"""All that the routes call, built once from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from usher.bootstrap import Bootstrap
from usher.gateways.secrets import Secret
from usher.services.buying import Buying
from usher.services.changing import ChangingInvites
from usher.services.context import Context
from usher.services.entitling import Entitling
from usher.services.giving import Giving
from usher.services.grouping import Grouping
from usher.services.invites import Invites
from usher.services.inviting import Inviting
from usher.services.learning import Learning
from usher.services.licensing import Licensing
from usher.services.managing import Managing
from usher.services.noticing import Noticing
from usher.services.operating import Operating
from usher.services.reporting import Reporting
from usher.services.signing_in import SigningIn
from usher.services.supporting import Supporting
from usher.services.teaming import Teaming


@dataclass(frozen=True, kw_only=True)
class Services:
    """One of each capability, and what the edge itself needs: the learning platform's key and the origin."""

    context: Context
    signing_in: SigningIn
    operating: Operating
    managing: Managing
    licensing: Licensing
    inviting: Inviting
    grouping: Grouping
    giving: Giving
    invites: Invites
    changing: ChangingInvites
    learning: Learning
    teaming: Teaming
    noticing: Noticing
    supporting: Supporting
    buying: Buying
    reporting: Reporting
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
            managing=Managing(context),
            licensing=Licensing(context),
            inviting=Inviting(context),
            grouping=Grouping(context),
            giving=Giving(context),
            invites=Invites(context),
            changing=ChangingInvites(context),
            learning=Learning(context),
            teaming=Teaming(context),
            noticing=Noticing(context),
            supporting=Supporting(context),
            buying=Buying(context),
            reporting=Reporting(context),
            entitling=Entitling(context),
            entitlements_key=bootstrap.entitlements_key,
            origin=bootstrap.origin,
        )
