"""People: learners, their accounts and what is held about them."""
