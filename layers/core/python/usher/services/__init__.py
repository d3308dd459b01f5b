"""The application services, one module for each capability: load, decide, commit in one transaction."""
