"""The names of the stack's outputs that not every stage has."""

OWN_NAME = "DomainName"
"""The host name that CloudFront answers to beside its own; absent without a certificate."""

SENDER_DOMAIN = "SenderDomain"
"""The domain that the stack created as an SES identity; absent where the account has it already."""
