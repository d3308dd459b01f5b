"""`make deploy STAGE=prod`: asks before a change that people would notice, and deploys.

After it the static files are uploaded (`infra.publish`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence

from infra.bytecode import fetch
from infra.operations.stacks import CannotOperateError, DeployedStage
from infra.settings import ROOT, BadSettingsError, Settings
from infra.stack_outputs import DUE_SHARDS, OWN_NAME, SENDER_DOMAIN

OUTPUTS = ROOT / "cdk.out" / "outputs.json"
"""Where CDK writes the outputs of the stack, and `infra.publish` reads them."""


def noticeable_changes(stage: DeployedStage) -> list[str]:
    """Return what people would notice if these settings were deployed over those that are, as sentences."""
    settings, deployed = stage.settings, stage.outputs
    if not deployed:
        return []
    changes = []
    origin = settings.origin or f"https://{deployed['DistributionDomainName']}"
    if origin != deployed["Origin"]:
        changes.append(
            f"The origin becomes {origin}. Every link that was emailed so far leads to {deployed['Origin']}: "
            "it works only as long as that name leads here, too."
        )
    own_name = settings.origin_host if settings.certificate else ""
    if deployed.get(OWN_NAME, own_name) != own_name:
        changes.append(f"CloudFront no longer answers to {deployed[OWN_NAME]}.")
    sender = settings.sender_domain if settings.ses_identity == "new" else ""
    if deployed.get(SENDER_DOMAIN, sender) != sender:
        changes.append(
            f"SES loses the identity {deployed[SENDER_DOMAIN]}: no other stage can send from it either."
        )
    shards = int(deployed.get(DUE_SHARDS, settings.due_shards))
    if (left_out := shards - settings.due_shards) > 0:
        changes.append(
            f"`due_shards` becomes {settings.due_shards}: what is due in the other {left_out} partitions, "
            "such as expiries and ends of access, is not done until it is more again."
        )
    return changes


def confirm(changes: Sequence[str], *, stage: str, ask: Callable[[str], str] | None) -> None:
    """Show the changes, and go on only if whoever deploys types the stage's name.

    `ask` shows a prompt and returns what is typed; it is None where nobody is there.

    Raises:
        CannotOperateError: they typed something else, or nobody is there to ask.
    """
    sys.stdout.writelines(f"  - {change}\n" for change in changes)
    if ask is None:
        raise CannotOperateError("Nothing was deployed: nobody is there to ask. YES=1 deploys all the same.")
    if ask(f"Type {stage} to deploy all the same: ").strip() != stage:
        raise CannotOperateError("Nothing was deployed.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy the stage that the command line names; print the reason if that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m infra.operations.deploy", description=__doc__)
    parser.add_argument("stage", help="the name of a file in stages/, without .json")
    parser.add_argument("--cdk", required=True, help="the CDK's command line, as an npm package")
    parser.add_argument("--yes", action="store_true", help="ask nothing about changes that people notice")
    parser.add_argument(
        "--approved",
        action="store_true",
        help="changes of permissions were approved, as in a pipeline",
    )
    asked = parser.parse_args(arguments)
    try:
        settings = Settings.of_stage(asked.stage)
        changes = noticeable_changes(DeployedStage.read(settings))
        if changes and not asked.yes:
            confirm(changes, stage=asked.stage, ask=input if sys.stdin.isatty() else None)
        if settings.bytecode:
            fetch(settings.python)  # without it, CDK says what that costs
        _deploy(asked.stage, cli=asked.cdk, approved=asked.approved)
    except (BadSettingsError, CannotOperateError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def _deploy(stage: str, *, cli: str, approved: bool) -> None:
    command = ["npx", "--yes", cli, "deploy", "--context", f"stage={stage}", "--outputs-file", str(OUTPUTS)]
    if approved:  # else CDK shows changes of permissions, and asks about them
        command += ["--require-approval", "never"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - the stage's name was checked
        raise CannotOperateError("CDK did not deploy; its reason stands above.")


if __name__ == "__main__":
    sys.exit(main())
