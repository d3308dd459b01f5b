"""Lambda erase_learner."""
