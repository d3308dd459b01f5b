"""What whoever runs Usher does to a stage: deploy it, make its first operator, rotate its keys."""
