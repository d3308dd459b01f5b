"""Domain events: the record that something happened, one class for each type (DESIGN 3).

A class is published as it stands: by webhook, on the bus and by `GET …/events` (docs/events.md). A new field
has a default, so that events written before can be read; a field is never renamed, a type never reused.
"""
