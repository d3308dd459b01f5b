"""The ways in without an invite: join page, codes, single sign-on."""
