"""One file per capability: load, decide, commit one transaction with its event."""
