"""Makes moto's user pools quick: each parses the key that moto ships again, which takes 0.2 seconds."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from moto.cognitoidp import models
from moto.utilities.utils import load_resource


@cache
def _key() -> RSAKey:
    return RSAKey.import_key(load_resource("cognitoidp/resources/jwks-private.json"))


def make_pools_quick(patch: pytest.MonkeyPatch) -> None:
    """Patch moto until the test ends."""

    def import_key(_of_moto: Any) -> RSAKey:
        return _key()

    patch.setattr(models, "jwk", SimpleNamespace(RSAKey=SimpleNamespace(import_key=import_key)))
