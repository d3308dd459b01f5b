"""Rules for enrolling without an invite: by a code, a join page or single sign-on."""
