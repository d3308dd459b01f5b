"""The one table: keys, rows, conditions and transactions. PynamoDB and rows never leave this package."""
