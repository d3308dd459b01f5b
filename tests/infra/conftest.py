"""The template, synthesized once for all tests of the infrastructure, unbundled and unchecked."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22")

from infra.app import build
from tests.infra.template import Template


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where tests run on several cores, those that share the template run on one: it is made only once."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if "template" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group("template"))


@pytest.fixture(scope="session")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cdk.out")


@pytest.fixture(scope="session")
def template(outdir: Path) -> Iterator[Template]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_VALIDATION", "false")
        patch.delenv("CDK_CONTEXT_JSON", raising=False)
        build(outdir=str(outdir), context={"aws:cdk:bundling-stacks": []}).synth()
        yield Template.read(outdir)
