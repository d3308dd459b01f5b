"""auth_challenge: the user pool's triggers of a sign-in that an identity provider vouched for."""
