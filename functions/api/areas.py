"""The areas of the API: the modules of routes, and the paths that each of them serves.

Without a snapshot, a request loads the areas of its path alone, with their schemas (decision 107). A test
compares the table with the routes.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

_HERE = "/v1/organizations/<organization>"
_OPERATOR = "/v1/operator"
_OPERATED = f"{_OPERATOR}/organizations/<organization>"
_LICENSE = f"{_HERE}/licenses/<license>"
_CODE = f"{_HERE}/codes/<code>"

AREAS: dict[str, tuple[str, ...]] = {
    "session": ("/v1/session/*", "/v1/me/password"),
    "me": ("/v1/me",),
    "operated_organizations": (
        f"{_OPERATOR}/organizations",
        f"{_OPERATOR}/unconfirmed-domains",
        _OPERATED,
        f"{_OPERATED}/suspend",
        f"{_OPERATED}/resume",
    ),
    "operator": (
        f"{_OPERATOR}/organizations",
        f"{_OPERATOR}/products/*",
        f"{_OPERATED}/licenses",
        f"{_OPERATED}/licenses/<license>/top-up",
        f"{_OPERATED}/licenses/<license>/shrink",
    ),
    "license_extensions": (f"{_OPERATED}/licenses/<license>",),
    "organization": (_HERE,),
    "overview": (f"{_HERE}/overview",),
    "events": (f"{_HERE}/events",),
    "logo": (f"{_HERE}/logo",),
    "licenses": (f"{_HERE}/licenses", _LICENSE, f"{_LICENSE}/self-assign", f"{_LICENSE}/assign/*"),
    "license_accesses": (f"{_LICENSE}/accesses/*",),
    "invites": (f"{_HERE}/invites/*",),
    "invite_previews": (f"{_HERE}/invites/preview",),
    "email_previews": (f"{_HERE}/invites/preview-email", f"{_HERE}/email-previews/*"),
    "groups": (f"{_HERE}/groups/*", f"{_HERE}/catalogue"),
    "imports": (f"{_HERE}/imports/*",),
    "clients": (f"{_HERE}/clients/*",),
    "code_batches": (f"{_HERE}/code-batches/*",),
    "code_uses": (f"{_CODE}/uses/*", f"{_HERE}/code-uses/*"),
    "codes": (f"{_HERE}/codes", _CODE, f"{_CODE}/disable", f"{_CODE}/enable", f"{_CODE}/send-copy"),
    "join_page": (f"{_HERE}/join-page", f"{_HERE}/join-requests/*"),
    "learners": (
        f"{_HERE}/learners",
        f"{_HERE}/learners/<learner>",
        f"{_HERE}/learners/<learner>/accesses/<license>",
    ),
    "people_data": (f"{_HERE}/learners/<learner>/export", f"{_HERE}/erasures/*"),
    "team": (f"{_HERE}/team/*", f"{_HERE}/notices"),
    "support": (f"{_HERE}/support-requests/*", f"{_OPERATOR}/support-requests/*"),
    "seats": (f"{_LICENSE}/seat-requests", f"{_HERE}/seat-requests/*", f"{_OPERATOR}/seat-requests/*"),
    "reports": (f"{_HERE}/reports/*", f"{_HERE}/announcement"),
    "downloads": (f"{_HERE}/downloads", "/v1/downloads/*"),
    "api_keys": (f"{_HERE}/api-keys/*",),
    "webhooks": (f"{_HERE}/webhooks/*",),
    "sso": (f"{_HERE}/sso-connections/*", f"{_OPERATED}/sso-connections/*"),
    "entitlements": ("/v1/entitlements",),
}
"""The paths of each module of `functions.api.routes`.

`<name>` is any one segment; `/*` is the path before it, with all below it.
"""


def areas_of(path: str) -> Iterator[str]:
    """Yield the areas that may serve a path: those that do, and of some paths that nobody serves one."""
    segments = path.removesuffix("\n").split("/")  # the routes' rules let a newline at the end pass, too
    for area, patterns in AREAS.items():
        if any(_matches(pattern.split("/"), segments) for pattern in patterns):
            yield area


def _matches(pattern: list[str], segments: list[str]) -> bool:
    if pattern[-1] == "*":
        pattern = pattern[:-1]
        segments = segments[: len(pattern)]
    return len(pattern) == len(segments) and all(
        part == segment or (part.startswith("<") and segment)
        for part, segment in zip(pattern, segments, strict=True)
    )


def module_of(area: str) -> ModuleType:
    """Load the module of an area, with its schemas, and return it."""
    return import_module(f"functions.api.routes.{area}")
