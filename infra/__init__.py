"""What Usher runs on: one CloudFormation stack, composed of one construct per concern."""
