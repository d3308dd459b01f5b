"""The people's pages: emailed links and the learner's dashboard."""
