"""The routes of the pages: a Powertools router for each area."""
