"""`make operator STAGE=prod EMAIL=…`: makes somebody an operator, who then chooses a password."""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import BadSettingsError, Settings

GROUP = "operators"
_PASSWORD_BYTES = 32


def create_operator(cognito: Any, *, pool: str, email: str) -> bool:  # noqa: ANN401 - a client of Cognito
    """Put an account into the group of operators; return whether it had to be created.

    A new account has a verified address and a password that nobody knows, so that its owner can have a code
    sent and choose one. An account that exists keeps its password.
    """
    created = True
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        )
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "UsernameExistsException":
            raise
        created = False
    if created:
        # Cognito sends a code for a new password to accounts alone whose password is their own.
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        cognito.admin_set_user_password(UserPoolId=pool, Username=email, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=GROUP)
    return created


def main(arguments: Sequence[str] | None = None) -> int:
    """Create the operator that the command line names; print where they sign in, or the reason why not."""
    parser = argparse.ArgumentParser(prog="python -m infra.operations.create_operator", description=__doc__)
    parser.add_argument("email", help="the address that they sign in with")
    parser.add_argument("--stage", help="the name of a file in stages/; without it the stack is Usher")
    asked = parser.parse_args(arguments)
    email = asked.email.strip().lower()
    if email.count("@") != 1 or email.startswith("@") or email.endswith("@"):
        sys.stderr.write(f"{asked.email!r} is no address\n")
        return 1
    try:
        stage = DeployedStage.read(Settings.of_stage(asked.stage or None))
        pool, origin = stage.output("UserPoolId"), stage.output("Origin")
        created = create_operator(stage.client("cognito-idp"), pool=pool, email=email)
    except (BadSettingsError, CannotOperateError, BotoCoreError, ClientError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    sign_in = (
        f"They choose a password at {origin}/learn/password, and sign in at {origin}/"
        if created
        else f"They had an account: they sign in at {origin}/ with its password, anew if they are signed in"
    )
    sys.stdout.write(f"{email} is an operator. {sign_in}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
