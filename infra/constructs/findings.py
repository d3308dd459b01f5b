"""The names of cdk-nag's findings, as acknowledgments have to repeat them."""

from aws_cdk import Stack, Token


def arn_in_finding(stack: Stack, service: str, resource: str) -> str:
    """Return a resource's ARN as findings write it: with the region and account that the stage names."""

    def written(value: str, parameter: str) -> str:
        return f"<AWS::{parameter}>" if Token.is_unresolved(value) else value

    partition = written(stack.partition, "Partition")
    region, account = written(stack.region, "Region"), written(stack.account, "AccountId")
    return f"arn:{partition}:{service}:{region}:{account}:{resource}"
