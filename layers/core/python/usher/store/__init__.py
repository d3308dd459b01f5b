"""The store: keys, rows, conditions and transactions of the table. PynamoDB is used in this package only."""
