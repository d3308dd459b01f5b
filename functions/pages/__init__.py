"""The people's pages: those of emailed links, join and landing pages, and the learner's dashboard."""
