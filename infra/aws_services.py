"""The services of AWS that the functions call."""

SERVICES = (
    "cognito-idp",
    "dynamodb",
    "events",
    "lambda",
    "s3",
    "secretsmanager",
    "ses",
    "sesv2",
    "sqs",
    "stepfunctions",
)
"""The services of AWS that the functions have clients of, as botocore names them."""
