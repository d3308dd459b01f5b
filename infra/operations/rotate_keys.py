"""`make rotate-keys`: adds a key to a secret, makes it the current one, and removes the former one.

In three steps, since functions read a secret anew after five minutes: a key signs only once all of them know
it, and it is removed only once nothing that it signed is needed any more. After a leak, `--force` takes the
first two at once.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import BadSettingsError, Settings
from infra.stack_outputs import ORIGIN_VERIFY_KEY

SECRETS = {
    "link": "LinkKeysSecret",
    "webhook": "WebhookKeysSecret",
    "person-id": "PersonIdKeysSecret",
    "challenge": "ChallengeKeysSecret",
    "origin-verify": "OriginVerifyKeysSecret",
}
"""The outputs with the secrets that hold keys by id, by what the command line calls them."""

KNOWN_AFTER = timedelta(minutes=6)
"""The time until every function knows a key: `usher.gateways.secrets.REREAD_AFTER`, and a minute over."""

_KEY_BYTES = 32
_NUMBER = re.compile(r"k(\d+)")


@dataclass(frozen=True, kw_only=True)
class KeySecret:
    """A secret of keys by id, with the id of the one that signs as `current`.

    Attributes:
        client: the client of Secrets Manager.
        arn: the secret.
    """

    client: Any
    arn: str

    def keys(self) -> dict[str, str]:
        """Return the keys by id, with `current`."""
        keys: dict[str, str] = json.loads(self.client.get_secret_value(SecretId=self.arn)["SecretString"])
        return keys

    def add(self) -> str:
        """Add a key, which signs nothing yet; return its id."""
        keys = self.keys()
        added = f"k{max(_numbers(keys)) + 1}"
        self._put({**keys, added: secrets.token_hex(_KEY_BYTES)})
        return added

    def promote(self, *, now: datetime, force: bool = False) -> str:
        """Make the newest key the one that signs; return its id.

        Forced, it signs before every function knows it: until then, what one signs another may refuse.

        Raises:
            CannotOperateError: it is the current one already, or, unless forced, a function may not know it.
        """
        keys = self.keys()
        newest = f"k{max(_numbers(keys))}"
        if newest == keys["current"]:
            raise CannotOperateError(f"{newest} is the current key already; add one first.")
        known_at = self.client.describe_secret(SecretId=self.arn)["LastChangedDate"] + KNOWN_AFTER
        if now < known_at and not force:
            raise CannotOperateError(
                f"Try again at {known_at:%H:%M:%S} UTC, when every function knows {newest}."
            )
        self._put({**keys, "current": newest})
        return newest

    def retire(self, key: str) -> None:
        """Remove a key: what it signed is void.

        Raises:
            CannotOperateError: there is no such key, or it is the current one.
        """
        keys = self.keys()
        if key == keys["current"]:
            raise CannotOperateError(f"{key} is the current key; promote another first.")
        known = sorted(keys.keys() - {"current"})
        if key not in known:
            raise CannotOperateError(f"There is no key {key!r}; there are {', '.join(known)}.")
        self._put({id_: value for id_, value in keys.items() if id_ != key})

    def _put(self, keys: dict[str, str]) -> None:
        self.client.put_secret_value(SecretId=self.arn, SecretString=json.dumps(keys))


def _numbers(keys: dict[str, str]) -> list[int]:
    return [int(match[1]) for id_ in keys if (match := _NUMBER.fullmatch(id_))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the step that the command line names; print what was done, or the reason why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.operations.rotate_keys", description=__doc__)
    parser.add_argument("keys", choices=SECRETS)
    parser.add_argument("step", choices=("add", "promote", "retire"))
    parser.add_argument("--key", default="", help="the id of the key to retire")
    parser.add_argument("--force", action="store_true", help="promote before every function knows the key")
    parser.add_argument("--stage", help="the name of a file in stages/; without it the stack is Usher")
    asked = parser.parse_args(arguments)
    try:
        stage = DeployedStage.read(Settings.of_stage(asked.stage or None))
        secret = KeySecret(client=stage.client("secretsmanager"), arn=stage.output(SECRETS[asked.keys]))
        said = _carried_out(secret, asked, stage)
    except (BadSettingsError, CannotOperateError, BotoCoreError, ClientError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sys.stdout.write(f"{said}\n")
    return 0


def _carried_out(secret: KeySecret, asked: argparse.Namespace, stage: DeployedStage) -> str:
    shown = asked.keys == "origin-verify"
    if asked.step == "add":
        added = secret.add()
        if shown:
            named = f'"origin_verify_key": "{added}"'
            return f"{added} is accepted in six minutes. Then set {named}, deploy, and promote it."
        return f"{added} is added. Promote it in six minutes."
    if asked.step == "promote":
        promoted = secret.promote(now=datetime.now(UTC), force=asked.force)
        return f"{promoted} is the current key. The former one is still accepted."
    if shown and asked.key == stage.output(ORIGIN_VERIFY_KEY):
        raise CannotOperateError(f"CloudFront shows {asked.key}; deploy another origin_verify_key first.")
    secret.retire(asked.key)
    return f"{asked.key} is gone. Functions that have read it accept it for five minutes more."


if __name__ == "__main__":
    sys.exit(main())
