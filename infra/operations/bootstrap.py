"""`make bootstrap STAGE=prod`: prepares a stage's account and region for deployments by CDK, once."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.operations.stacks import CannotOperateError
from infra.settings import ROOT, BadSettingsError, Settings


def environment_of(settings: Settings, session: boto3.Session) -> str:
    """Return the stage's account and region as CDK names them: `aws://123456789012/eu-central-1`.

    What the stage leaves open is the shell's.

    Raises:
        CannotOperateError: neither has a region, or the shell's credentials are those of another account.
    """
    region = settings.region or session.region_name
    if region is None:
        raise CannotOperateError("There is no region: write it into the stage, or set AWS_REGION.")
    account = session.client("sts", region_name=region).get_caller_identity()["Account"]
    if settings.account not in (None, account):
        raise CannotOperateError(
            f"The stage is in the account {settings.account}, and the shell's credentials are of {account}."
        )
    return f"aws://{account}/{region}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Bootstrap for the stage that the command line names; print the reason if that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m infra.operations.bootstrap", description=__doc__)
    parser.add_argument("stage", help="the name of a file in stages/, without .json")
    parser.add_argument("--cdk", required=True, help="the CDK's command line, as an npm package")
    asked = parser.parse_args(arguments)
    try:
        environment = environment_of(Settings.of_stage(asked.stage), boto3.Session())
    except (BadSettingsError, CannotOperateError, BotoCoreError, ClientError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    command = ["npx", "--yes", asked.cdk, "bootstrap", environment]
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603 - no text of somebody else's


if __name__ == "__main__":
    sys.exit(main())
