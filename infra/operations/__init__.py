"""What whoever runs Usher does to a stage: deploy it, make an operator, rotate keys, restore items."""
