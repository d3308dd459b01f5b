"""From source to a deployed stack: synthesize, publish the assets, hand the template to CloudFormation.

It is what `cdk deploy` does with an account, done with the emulator's.
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
from infra.local.snapshot import write_whole

ROOT = Path(__file__).resolve().parents[2]
_SOURCES = ("functions", "layers", "infra", "requirements/runtime.txt", "cdk.json", "openapi.json")
_NOT_DEPLOYED = (Path("infra/local"), Path("infra/reference/node_modules"))
_DEPLOY_SECONDS = 900
_AT_REST = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_OF_LAYERS = "python"
"""Where Lambda looks for a layer's packages."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Deployed:
    """A stack that stands, and what its template says of itself."""

    name: str
    outputs: dict[str, str]


def context_for(origin: str) -> dict[str, str]:
    """The CDK context of this machine: its processor and its Python instead of Lambda's."""
    arm = platform.machine().lower() in ("arm64", "aarch64")
    context = {
        "arch": "arm64" if arm else "x86_64",
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "origin": origin,
        # What a developer's own receiver listens on.
        "webhook_networks": "127.0.0.0/8",
    }
    if sys.platform == "darwin":
        context["platform"] = "aarch64-apple-darwin" if arm else "x86_64-apple-darwin"
    return context


def source_hash(context: dict[str, str]) -> str:
    """A digest of everything that the deployed template and code are made from."""
    digest = hashlib.sha256(json.dumps(context, sort_keys=True).encode())
    for path in _source_files():
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_synthesized(assembly: Path, *, source_hash: str) -> bool:
    """Whether the cloud assembly is whole and was made from these sources."""
    made_from = _made_from(assembly)
    return made_from.exists() and made_from.read_text() == source_hash


def synthesize(*, context: dict[str, str], source_hash: str, into: Path, log: Path) -> None:
    """Write the cloud assembly.

    Raises:
        CannotRunError: the template cannot be built; the log holds the reason.
    """
    made_from = _made_from(into)
    if not made_from.exists():
        # Cut short the last time: CDK would take half an asset for a whole one.
        shutil.rmtree(into, ignore_errors=True)
    made_from.unlink(missing_ok=True)
    outcome = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=ROOT,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(into),
            # `make synth` validates; a run on one's own machine need not wait for it.
            "CDK_VALIDATION": "false",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "18,20,22",
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
            # To compile the CDK's library anew each time would double the time that this takes.
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
    """Create the stack or bring it up to date; what is stored in it stays.

    Raises:
        CannotRunError: CloudFormation refused, with its reason.
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
    return _when_it_stands(aws, name)


def deployed(aws: Aws, *, assembly: Path) -> Deployed | None:
    """The stack of a former run, if it stands."""
    try:
        artifact = _stack_artifact(assembly)
    except (OSError, ValueError):
        return None
    name = artifact["properties"].get("stackName", artifact["name"])
    if _status(aws, name) not in _AT_REST:
        return None
    return _when_it_stands(aws, name)


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
            return {"Bucket": _here(destination["bucketName"]), "Key": destination["objectKey"]}
    raise ValueError(f"{assembly} does not list its own template")


def _publish(aws: Aws, *, assembly: Path, manifest: Path) -> None:
    """Put every asset where the template will look for it; its key is its content's hash."""
    for entry in json.loads(manifest.read_text())["files"].values():
        source = assembly / entry["source"]["path"]
        for destination in entry["destinations"].values():
            bucket, key = _here(destination["bucketName"]), destination["objectKey"]
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


def _here(name: str) -> str:
    return name.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", REGION)


def _body(source: Path, *, zipped: bool) -> bytes:
    if not zipped:
        return source.read_bytes()
    return _link_to(source) if (source / _OF_LAYERS).is_dir() else _zipped(source)


def _link_to(layer: Path) -> bytes:
    """A layer that leads to this one's folder in the assembly.

    The emulator unpacks a function's layers for each of its processes, a hundred megabytes, and Python would
    compile them there each time. The name of the folder holds its content's hash, so that the emulator's copy
    of the link never leads to other content.
    """
    site = f"{_OF_LAYERS}/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    # A line that begins with `import` is run when the interpreter adds the folder to its path.
    link = (
        "import os, sys; "
        f"sys.path.insert(0, os.path.join(os.environ[{ASSEMBLY!r}], {layer.name!r}, {_OF_LAYERS!r}))\n"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{site}/layer.pth", _EPOCH), link)
    return buffer.getvalue()


def _zipped(folder: Path) -> bytes:
    """The folder as a zip whose bytes depend on its content alone."""
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


def _when_it_stands(aws: Aws, name: str) -> Deployed:
    deadline = time.monotonic() + _DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if stack["StackStatus"] in _AT_REST:
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
