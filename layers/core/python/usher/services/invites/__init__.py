"""The life of an invite, from the seat that it reserves to its answer."""
