"""Wires erase_learner's service."""

from __future__ import annotations

from usher.bootstrap import Bootstrap
from usher.services.imports.import_files import ImportFiles
from usher.services.people.pseudonymize_learner import PseudonymizeLearner


def pseudonymize_learner(bootstrap: Bootstrap) -> PseudonymizeLearner:
    """Return the pseudonymization of learners in the table, the user pool, SES and the files of imports."""
    return PseudonymizeLearner(
        bootstrap.context,
        identity=bootstrap.identity,
        suppressions=bootstrap.suppressions,
        files=ImportFiles(bootstrap.files),
    )
