"""From the domain to JSON's shapes."""
