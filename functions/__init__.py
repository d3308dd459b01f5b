"""The Lambda functions: a folder for each, with input and output alone, and modules that they share."""
