"""What a stage may have beside: a web ACL, backups and canaries; the snapshot shows that others have none."""

from collections.abc import Iterator

import pytest

from infra.app import build
from infra.settings import BadSettingsError, Settings
from tests.infra.template import Template, words

WEB_ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/usher/0000"


@pytest.fixture(scope="module")
def with_options(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    outdir = tmp_path_factory.mktemp("cdk.out")
    options = {"web_acl_arn": WEB_ACL, "backup": True, "canary": True}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDK_VALIDATION", "false")
        patch.delenv("CDK_CONTEXT_JSON", raising=False)
        build(outdir=str(outdir), context={"aws:cdk:bundling-stacks": [], **options}).synth()
        yield Template.read(outdir)


def test_the_web_acl_filters_what_comes_to_cloudfront(with_options: Template) -> None:
    distribution = with_options.one("AWS::CloudFront::Distribution")["Properties"]["DistributionConfig"]

    assert distribution["WebACLId"] == WEB_ACL


def test_a_regional_web_acl_is_refused() -> None:
    with pytest.raises(BadSettingsError, match="web_acl_arn"):
        Settings.of_stage(None, web_acl_arn=WEB_ACL.replace("global", "regional"))


def test_the_table_is_copied_daily_into_a_vault_that_outlives_the_stack(with_options: Template) -> None:
    plan = with_options.one("AWS::Backup::BackupPlan")["Properties"]["BackupPlan"]
    selection = with_options.one("AWS::Backup::BackupSelection")["Properties"]["BackupSelection"]
    vault = with_options.one("AWS::Backup::BackupVault")
    (rule,) = plan["BackupPlanRule"]

    assert rule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    assert [words(one) for one in selection["Resources"]] == ["SeatsTable"]
    assert vault["DeletionPolicy"] == "RetainExceptOnCreate"
    assert vault["UpdateReplacePolicy"] == "Retain"


def test_both_aliases_are_moved_by_codedeploy_which_rolls_back_when_an_alarm_rings(
    with_options: Template,
) -> None:
    aliases = [r for r in with_options.resources.values() if r["Type"] == "AWS::Lambda::Alias"]
    groups = with_options.of_type("AWS::CodeDeploy::DeploymentGroup")
    moved_by = {
        alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"]["Ref"]
        for alias in aliases
    }

    assert len(aliases) == len(moved_by) == 2
    assert moved_by == groups.keys()
    for group in groups.values():
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert set(group["AutoRollbackConfiguration"]["Events"]) == {
            "DEPLOYMENT_FAILURE",
            "DEPLOYMENT_STOP_ON_ALARM",
        }
        alarms = [one["Name"]["Ref"] for one in group["AlarmConfiguration"]["Alarms"]]
        metrics = {with_options.resources[alarm]["Properties"]["MetricName"] for alarm in alarms}
        assert metrics == {"Errors", "5xx"}
