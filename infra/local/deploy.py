"""Deploys the stack to the emulator, as `cdk deploy` does to an account.

The steps: synthesize, publish the assets, create or update the stack by CloudFormation.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.aws import Aws
from infra.local.emulator import ACCOUNT, ASSEMBLY, REGION
from infra.local.errors import CannotRunError
from infra.local.metric_math import without_metric_math
from infra.local.snapshot import write_whole

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("functions", "layers", "infra", "requirements/runtime.txt", "cdk.json", "openapi.json")
_NOT_DEPLOYED = (Path("infra/local"), Path("infra/reference/node_modules"))
_DEPLOY_SECONDS = 900
_COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_TEMPLATE = ".template.json"
_PACKAGES_FOLDER = "python"
"""The folder of a layer in which Lambda looks for packages."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Deployed:
    """A deployed stack: its name and its outputs."""

    name: str
    outputs: dict[str, str]


def context_for(origin: str) -> dict[str, str]:
    """Return the CDK context for this machine: its processor and Python version in place of Lambda's."""
    arm = platform.machine().lower() in ("arm64", "aarch64")
    context = {
        "arch": "arm64" if arm else "x86_64",
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "origin": origin,
        # A developer's own webhook receiver listens on loopback.
        "webhook_networks": "127.0.0.0/8",
        # A layer's folder lies here, where Python keeps bytecode by itself.
        "bytecode": "false",
        # The emulator looks through its whole table for each shard.
        "due_shards": "4",
    }
    if sys.platform == "darwin":
        context["platform"] = "aarch64-apple-darwin" if arm else "x86_64-apple-darwin"
    return context


def source_hash(context: dict[str, str]) -> str:
    """Return a digest of everything that the deployed template and code are made from."""
    digest = hashlib.sha256(json.dumps(context, sort_keys=True).encode())
    for path in _source_files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_synthesized(assembly: Path, *, source_hash: str) -> bool:
    """Return whether the cloud assembly is complete and was made from these sources."""
    made_from = _made_from(assembly)
    return made_from.exists() and made_from.read_text() == source_hash


def synthesize(*, context: dict[str, str], source_hash: str, into: Path, log: Path) -> None:
    """Write the cloud assembly.

    Raises:
        CannotRunError: the template cannot be built; the log holds the reason.
    """
    made_from = _made_from(into)
    if not made_from.exists():
        # An interrupted synthesis: CDK would take an incomplete asset for a complete one.
        shutil.rmtree(into, ignore_errors=True)
    made_from.unlink(missing_ok=True)
    outcome = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(into),
            # `make synth` validates; a local run does not wait for that.
            "CDK_VALIDATION": "false",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "18,20,22",
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
            # Without cached bytecode of the CDK's library this takes twice as long.
            "PYTHONDONTWRITEBYTECODE": "",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    log.write_bytes(outcome.stdout)
    if outcome.returncode:
        raise CannotRunError(f"the template could not be synthesized; {log} says why")
    write_whole(made_from, source_hash)


def deploy(aws: Aws, *, assembly: Path) -> Deployed:
    """Create the stack or update it; the data in it stays.

    Raises:
        CannotRunError: CloudFormation refused; the message has its reason.
    """
    artifact = _stack_artifact(assembly)
    name = artifact["properties"].get("stackName", artifact["name"])
    _publish(aws, assembly=assembly, manifest=assembly / f"{artifact['name']}.assets.json")
    template = aws.objects.generate_presigned_url(
        "get_object", Params=_template_object(assembly, artifact), ExpiresIn=300
    )
    status = _status(aws, name)
    try:
        if status is None:
            aws.cloudformation.create_stack(
                StackName=name, TemplateURL=template, Capabilities=["CAPABILITY_NAMED_IAM"]
            )
        else:
            aws.cloudformation.update_stack(
                StackName=name, TemplateURL=template, Capabilities=["CAPABILITY_NAMED_IAM"]
            )
    except ClientError as refusal:
        if "No updates are to be performed" not in str(refusal):
            raise CannotRunError(f"the stack could not be deployed: {refusal}") from refusal
    return _wait_until_deployed(aws, name)


def deployed(aws: Aws, *, assembly: Path) -> Deployed | None:
    """Return the deployed stack of an earlier run, or None if it is not deployed completely."""
    try:
        artifact = _stack_artifact(assembly)
    except (OSError, ValueError):
        return None
    name = artifact["properties"].get("stackName", artifact["name"])
    if _status(aws, name) not in _COMPLETE:
        return None
    return _wait_until_deployed(aws, name)


def _made_from(assembly: Path) -> Path:
    return assembly.with_suffix(".made-from")


def _source_files() -> Iterator[Path]:
    for source in _SOURCES:
        root = ROOT / source
        if root.is_file():
            yield root
            continue
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(ROOT)
            if path.suffix == ".pyc" or not path.is_file():
                continue
            if not any(inside.is_relative_to(folder) for folder in _NOT_DEPLOYED):
                yield path


def _stack_artifact(assembly: Path) -> dict[str, Any]:
    artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    for name, artifact in artifacts.items():
        if artifact["type"] == "aws:cloudformation:stack":
            return {"name": name, **artifact}
    raise ValueError(f"{assembly} holds no stack")


def _template_object(assembly: Path, artifact: dict[str, Any]) -> dict[str, str]:
    manifest = json.loads((assembly / f"{artifact['name']}.assets.json").read_text())
    for entry in manifest["files"].values():
        if entry["source"]["path"] == artifact["properties"]["templateFile"]:
            destination = next(iter(entry["destinations"].values()))
            return {"Bucket": _resolved(destination["bucketName"]), "Key": destination["objectKey"]}
    raise ValueError(f"{assembly} does not list its own template")


def _publish(aws: Aws, *, assembly: Path, manifest: Path) -> None:
    """Upload every asset to the place that the template names; an asset's key is its content's hash."""
    for entry in json.loads(manifest.read_text())["files"].values():
        source = assembly / entry["source"]["path"]
        for destination in entry["destinations"].values():
            bucket, key = _resolved(destination["bucketName"]), destination["objectKey"]
            aws.objects.create_bucket(Bucket=bucket)
            if _published(aws, bucket, key):
                continue
            body = _body(source, zipped=entry["source"]["packaging"] == "zip")
            aws.objects.put_object(Bucket=bucket, Key=key, Body=body)


def _published(aws: Aws, bucket: str, key: str) -> bool:
    try:
        aws.objects.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _resolved(name: str) -> str:
    return name.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _body(source: Path, *, zipped: bool) -> bytes:
    if source.name.endswith(_TEMPLATE):
        return without_metric_math(source.read_bytes())
    if not zipped:
        return source.read_bytes()
    return _link_layer(source) if (source / _PACKAGES_FOLDER).is_dir() else _zipped(source)


def _link_layer(layer: Path) -> bytes:
    """Return a zipped layer that only adds the given layer's folder in the assembly to Python's path.

    The emulator unpacks a function's layers for each of its processes, a hundred megabytes, and Python would
    compile them each time. The folder's name contains its content's hash, so that a copy of the link in the
    emulator never leads to other content.
    """
    site = f"{_PACKAGES_FOLDER}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    # A line that begins with `import` is run when the interpreter adds the folder to its path.
    link = (
        "import os, sys; "
        f"sys.path.insert(0, os.path.join(os.environ[{ASSEMBLY!r}], {layer.name!r}, {_PACKAGES_FOLDER!r}))\n"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{site}/layer.pth", _EPOCH), link)
    return buffer.getvalue()


def _zipped(folder: Path) -> bytes:
    """Return the folder as a zip whose bytes depend on the folder's content alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)), _EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _status(aws: Aws, name: str) -> str | None:
    try:
        return aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as refusal:
        if "does not exist" in str(refusal):
            return None
        raise


def _wait_until_deployed(aws: Aws, name: str) -> Deployed:
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] in _COMPLETE:
            return Deployed(
                name=name,
                outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
            )
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            raise CannotRunError(f"the stack could not be deployed: {_first_failure(aws, name)}")
        time.sleep(0.1)
    raise CannotRunError(f"the stack was not deployed within {_DEPLOY_SECONDS} seconds")


def _first_failure(aws: Aws, name: str) -> str:
    events = aws.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    if not failed:
        return "CloudFormation gives no reason"
    first = min(failed, key=lambda event: event["Timestamp"])
    return f"{first.get('LogicalResourceId')}: {first.get('ResourceStatusReason')}"
