"""The last step of `make deploy`: uploads the static files to the stack's bucket."""

import argparse
import json
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import static_site
from infra.console import ConsoleNotBuiltError
from infra.node_packages import PackagesNotInstalledError

_ACTIONS = "s3:ListBucket, s3:PutObject, s3:DeleteObject"


def main() -> int:
    """Publish to the bucket in the stack's outputs; print one line with the result or the reason."""
    parser = argparse.ArgumentParser(prog="python -m infra.publish", description="Publish the static files.")
    parser.add_argument("outputs", type=Path, help="what `cdk deploy --outputs-file` wrote")
    asked = parser.parse_args()
    try:
        (outputs,) = json.loads(asked.outputs.read_text()).values()
        bucket, origin = outputs["ConsoleBucketName"], outputs["Origin"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _refuse(f"{asked.outputs} holds no outputs of a deployed stack; `make deploy` writes it")
    try:
        static_site.install()
        uploaded = static_site.publish(boto3.client("s3"), bucket)
    except (PackagesNotInstalledError, ConsoleNotBuiltError) as reason:
        return _refuse(str(reason))
    except (BotoCoreError, ClientError) as reason:
        return _refuse(f"The stack stands, but no files could be put into {bucket} ({_ACTIONS}): {reason}")
    sys.stdout.write(
        f"{uploaded} files were put into {bucket}; "
        f"the console is {origin}/, the API's reference {origin}/docs\n"
    )
    return 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
