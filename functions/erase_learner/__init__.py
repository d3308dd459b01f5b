"""erase_learner: pseudonymizes a learner whom an organization asked to erase."""
