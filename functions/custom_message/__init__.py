"""custom_message: writes the email with the code for a new password, which Cognito sends."""
