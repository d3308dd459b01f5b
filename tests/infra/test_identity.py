"""The user pool asks for the length of password that the rule asks for, and has the plan of its stage."""

from tests.infra.template import Template
from usher.domain.passwords import MIN_PASSWORD


def test_the_pools_policy_is_the_rules(template: Template) -> None:
    policy = template.one("AWS::Cognito::UserPool")["Properties"]["Policies"]["PasswordPolicy"]

    assert policy["MinimumLength"] == MIN_PASSWORD
    assert not any(value for name, value in policy.items() if name.startswith("Require"))


def test_the_pool_has_the_cheapest_plan_unless_its_stage_names_another(template: Template) -> None:
    assert template.one("AWS::Cognito::UserPool")["Properties"]["UserPoolTier"] == "LITE"
