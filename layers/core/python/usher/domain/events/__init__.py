"""Domain events: the record that something happened, one class for each type (DESIGN 3).

A class is published as it stands: by webhook, on the bus and by `GET …/events` (docs/events.md). A new field
has a `default_factory`, so that events written before can be read and are published with it (msgspec leaves a
plain default out); a field is never renamed, a type never reused.
"""
