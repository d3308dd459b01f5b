"""The infrastructure of Usher: one CloudFormation stack, composed of one construct per concern."""
