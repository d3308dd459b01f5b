"""The names of product kinds and roles in a language."""

from __future__ import annotations

from usher.domain.licenses import ProductKind
from usher.domain.organizations import Role
from usher.translations.catalogs import marked
from usher.translations.texts import Texts

_KINDS = {
    ProductKind.COURSE: marked("Course"),
    ProductKind.BUNDLE: marked("Course with exam"),
    ProductKind.SUBSCRIPTION: marked("Subscription"),
}
_ROLES = {
    Role.FULL: marked("full manager"),
    Role.LIMITED: marked("limited manager"),
}
_MAY = {
    Role.FULL: marked(
        "A full manager may do everything: invite people, change invitations and manage the team."
    ),
    Role.LIMITED: marked("A limited manager may look at everything and change nothing."),
}


def kind_name(texts: Texts, kind: ProductKind) -> str:
    """Return the name of a product's kind."""
    return texts.gettext(_KINDS[kind])


def role_name(texts: Texts, role: Role) -> str:
    """Return the name of a role, to follow `as a` or `is a`."""
    return texts.gettext(_ROLES[role])


def role_permissions(texts: Texts, role: Role) -> str:
    """Return a sentence that says what a role may do."""
    return texts.gettext(_MAY[role])
