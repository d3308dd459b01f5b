"""The template as a whole, so that a change that nobody meant is seen.

After a change that was meant: `UPDATE_SNAPSHOT=1 pytest tests/infra/test_snapshot.py`, and read the diff.
The API's routes are left out: `test_routes` compares them with the OpenAPI document.
"""

import json
import os
import re
from pathlib import Path

from tests.infra.template import Template

SNAPSHOT = Path(__file__).with_name("template.snapshot.json")

_ASSET = re.compile(r"\b[0-9a-f]{64}\b")
_VERSION = re.compile(r"(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}")


def _normalized(template: Template) -> str:
    """The template without what changes with each line of code: hashes of assets and of versions."""
    kept = {k: r for k, r in template.resources.items() if r["Type"] != "AWS::ApiGatewayV2::Route"}
    text = json.dumps({**template.body, "Resources": kept}, indent=1, sort_keys=True) + "\n"
    return _VERSION.sub(r"\1", _ASSET.sub("asset", text))


def test_the_template_is_the_one_that_was_last_agreed_to(template: Template) -> None:
    now = _normalized(template)
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(now)

    assert json.loads(now) == json.loads(SNAPSHOT.read_text()), "UPDATE_SNAPSHOT=1 writes the new one"
