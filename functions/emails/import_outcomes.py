"""The names of what became of an import's rows, as a notice lists them."""

from __future__ import annotations

from usher.domain.imports.verdicts import Verdict
from usher.translations.catalogs import marked
from usher.translations.texts import Texts

_NAMES = {
    Verdict.WILL_BE_INVITED: marked("Not carried out"),
    Verdict.INVITED: marked("Invited"),
    Verdict.NO_SEAT: marked("No seat left"),
    Verdict.TOO_MANY_EMAILS: marked("Too many emails in a day"),
    Verdict.ERASED: marked("Erased"),
    Verdict.CANCELED: marked("Canceled"),
    Verdict.DUPLICATE: marked("Listed twice"),
    Verdict.ALREADY_INVITED: marked("Invited already"),
    Verdict.ALREADY_ASSIGNED: marked("Has a seat already"),
    Verdict.BAD_ADDRESS: marked("Not a usable address"),
    Verdict.BAD_NAME: marked("Not a usable name"),
    Verdict.BAD_DATE: marked("Not a date"),
    Verdict.START_IN_PAST: marked("Start in the past"),
    Verdict.START_OUTSIDE_LICENSE: marked("Start outside the license's validity"),
    Verdict.START_NOT_CHOOSABLE: marked("Start that cannot be chosen"),
    Verdict.NO_LICENSE: marked("Without a license"),
    Verdict.ORGANIZATION_SUSPENDED: marked("Organization suspended"),
    Verdict.GROUP_REQUIRED: marked("Without the group that is required"),
    Verdict.LICENSE_OVER: marked("License that has ended"),
    Verdict.TOO_MANY_LICENSES: marked("Too many licenses"),
    Verdict.UNKNOWN_GROUP: marked("Unknown group"),
    Verdict.UNKNOWN_LICENSE: marked("Unknown license"),
    Verdict.AMBIGUOUS_LICENSE: marked("Ambiguous license"),
    Verdict.UNKNOWN_CLIENT: marked("Unknown client"),
    Verdict.AMBIGUOUS_CLIENT: marked("Ambiguous client"),
    Verdict.UNKNOWN_SUBLICENSE: marked("Unknown sublicense"),
    Verdict.AMBIGUOUS_SUBLICENSE: marked("Ambiguous sublicense"),
}


def outcome_name(texts: Texts, verdict: str) -> str:
    """Return the name of an outcome."""
    return texts.gettext(_NAMES[Verdict(verdict)])
