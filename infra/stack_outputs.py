"""The names of the stack's outputs that the commands on a stage compare."""

OWN_NAME = "DomainName"
"""The host name that CloudFront answers to beside its own; absent without a certificate."""

SENDER_DOMAIN = "SenderDomain"
"""The domain that the stack created as an SES identity; absent where the account has it already."""

ORIGIN_VERIFY_KEY = "OriginVerifyKey"
"""The id of the key that CloudFront shows to the API since the last deployment."""

DUE_SHARDS = "DueShards"
"""Among how many partitions the index of what is due has been divided so far."""
