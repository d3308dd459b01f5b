"""People: learners, accounts, and the personal data that organizations hold."""
