"""Items about people: learners, personal records and erasures."""
