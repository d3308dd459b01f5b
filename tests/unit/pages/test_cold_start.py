"""What few requests need is not loaded with what every request waits for (DESIGN 8)."""

from __future__ import annotations

import subprocess
import sys

import pytest

NAMES = ("api", "pages")

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "USHER_CHALLENGE_KEYS": "challenge-keys",
    "POWERTOOLS_METRICS_NAMESPACE": "Usher",
    "POWERTOOLS_SERVICE_NAME": "usher",
    "USHER_ENTITLEMENTS_KEY": "key",
    "USHER_ORIGIN_VERIFY_KEYS": "origin-verify-keys",
    "USHER_IMPORTS_BUCKET": "imports",
    "USHER_LINK_KEYS": "keys",
    "USHER_ORIGIN": "https://usher.example",
    "USHER_PERSON_ID_KEYS": "person-id-keys",
    "USHER_SITE_BUCKET": "site",
    "USHER_SSO_SECRETS": "usher/sso/",
    "USHER_TABLE": "usher",
    "USHER_USER_POOL": "pool",
    "USHER_USER_POOL_CLIENT": "client",
    "USHER_WEBHOOK_KEYS": "webhook-keys",
    "USHER_WEBHOOK_NETWORKS": "",
}

# One process imports both, as each import costs a second: whatever is loaded stays loaded.
IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(f"functions.{name}.handler")
    loaded = {module.partition(".")[0] for module in sys.modules}
    if {"authlib", "joserfc", "cryptography"} & loaded:
        sys.exit(f"{name} loads the libraries of single sign-on")
    if "PIL" in loaded:
        sys.exit(f"{name} loads the library of images")
"""


@pytest.mark.slow
def test_libraries_of_single_sign_on_and_of_images_are_loaded_by_requests_that_need_them_alone() -> None:
    imported = subprocess.run(  # noqa: S603 - all of its words are ours
        [sys.executable, "-c", IMPORT, *NAMES],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert imported.stderr == ""
    assert imported.returncode == 0
