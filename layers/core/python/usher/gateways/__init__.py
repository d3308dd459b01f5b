"""Gateways to AWS services other than DynamoDB, and to other servers."""
