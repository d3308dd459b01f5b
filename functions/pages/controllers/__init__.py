"""What each area of the pages does with a request: it asks the services and renders the answer."""
