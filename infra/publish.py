"""The last step of `make deploy`: the static files go into the bucket that the stack made for them."""

import argparse
import json
import sys
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import static_site
from infra.node_packages import PackagesNotInstalledError


def main() -> int:
    """Publish to the bucket that the outputs name; one line says what was done or what is in the way."""
    parser = argparse.ArgumentParser(prog="python -m infra.publish", description="Publish the static files.")
    parser.add_argument("outputs", type=Path, help="what `cdk deploy --outputs-file` wrote")
    asked = parser.parse_args()
    (outputs,) = json.loads(asked.outputs.read_text()).values()
    bucket = outputs["ConsoleBucketName"]
    try:
        static_site.publish(boto3.client("s3"), bucket)
    except PackagesNotInstalledError as reason:
        print(reason, file=sys.stderr)  # noqa: T201 - a command-line program prints
        return 1
    except (BotoCoreError, ClientError) as reason:
        print(  # noqa: T201 - the same
            f"The stack stands, but its files could not be put into {bucket} (s3:PutObject): {reason}",
            file=sys.stderr,
        )
        return 1
    print(f"{len(static_site.FILES)} files are in {bucket}; the API's reference is {outputs['Origin']}/docs")  # noqa: T201 - the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
