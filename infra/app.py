"""Synthesizes Usher's template: `python -m infra.app`, or through the CDK command line.

The context `stage` names the settings in stages/; without it the stack is `Usher`, with the defaults.

Context comes from cdk.json in both cases and is overridden by `CDK_CONTEXT_JSON`, which the command line
fills from `-c key=value`. `CDK_VALIDATION=false` leaves out the checks of CDK and of cdk-nag, which take most
of the time.
"""

import json
import os

from aws_cdk import App, DefaultStackSynthesizer, Environment, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.settings import ROOT, Settings
from infra.stack import UsherStack


def build(*, outdir: str | None = None, context: dict[str, object] | None = None) -> App:
    """Return the CDK app with its one stack.

    `context` overrides that of cdk.json. Synthesis writes to `outdir`; without it to `CDK_OUTDIR`, or to the
    output folder that cdk.json names.
    """
    described = json.loads((ROOT / "cdk.json").read_text())
    app = App(
        outdir=outdir or os.environ.get("CDK_OUTDIR") or str(ROOT / described["output"]),
        context={**described["context"], **(context or {})},
    )
    settings = Settings.from_context(app.node)
    UsherStack(
        app,
        settings.stack_name,
        settings=settings,
        env=Environment(account=settings.account, region=settings.region),
        description="Usher: seats people in courses",
        termination_protection=True,
        synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
    )
    if os.environ.get("CDK_VALIDATION") != "false":  # CDK itself applies it to its own checks only
        Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return app


if __name__ == "__main__":
    build().synth()
