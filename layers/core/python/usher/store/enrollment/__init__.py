"""Items of enrollment: codes, join pages, requests, email verifications and single sign-on."""
