"""Events are types (DESIGN 3): the registry reads and writes them, and the table of effects follows."""

from __future__ import annotations

import json
from collections import defaultdict
from copy import deepcopy
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.api.events_page import page
from functions.api.examples import example_of
from functions.api.published_events import DELIVERED, event_name, event_schemas
from tests.support.published_events import check_event
from usher.domain.effects.kinds import Email, Template
from usher.domain.effects.table import EFFECTS, effects_of
from usher.domain.events.event import Event, EventData, UnknownEvent
from usher.domain.events.registry import EVENT_TYPES, data_from_json, data_from_text, data_to_json, envelope
from usher.domain.integrations.webhooks import OWN_PREFIX, SUBSCRIBABLE

SCHEMAS = event_schemas()
AT = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def example(kind: type[EventData], **changed: Any) -> dict[str, Any]:
    """Return an example of the type's data, as it is published."""
    data: dict[str, Any] = example_of(SCHEMAS[event_name(kind)], SCHEMAS)["data"]
    nothing = {name: None for name in SCHEMAS[kind.__name__]["properties"] if name not in data}
    return {**nothing, **data, **changed}


def event(data: EventData) -> Event:
    return Event(id="E", organization="O", actor="ann@x.io", occurred_at=AT, data=data)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_every_type_is_a_frozen_dataclass_with_a_docstring(kind: type[EventData]) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert "(" not in kind.__doc__.partition("\n")[0], "its own, and not the signature"
    assert all(field.default is MISSING for field in fields(kind)), "msgspec would not write it"
    assert not {"id", "type", "occurred_at", "organization", "actor"} & {field.name for field in fields(kind)}


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_what_is_published_can_be_read_and_is_written_the_same(kind: type[EventData]) -> None:
    published = example(kind)

    data = data_from_json(kind.type, published)

    assert type(data) is kind
    assert data_to_json(data) == published
    assert data_from_text(kind.type, json.dumps(published)) == data


def shape(field: dict[str, Any]) -> str:
    """Return what values of the field look like: a part's name or a type, of lists with what they list."""
    match field:
        case {"$ref": ref} if "properties" in (named := SCHEMAS[ref.rpartition("/")[2]]):
            return str(named["title"])
        case {"$ref": ref}:
            return shape(SCHEMAS[ref.rpartition("/")[2]])
        case {"anyOf": [first, {"type": "null"}]}:
            return shape(first)
        case {"items": items}:
            return f"list of {shape(items)}"
    return str(field.get("format", field["type"]))


def test_a_name_has_one_shape_in_the_data_of_all_types() -> None:
    shapes: dict[str, set[str]] = defaultdict(set)
    for kind in EVENT_TYPES.values():
        for name, field in SCHEMAS[kind.__name__]["properties"].items():
            shapes[name].add(shape(field))

    assert {name: found for name, found in shapes.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "changed",
    [{"invite_id": ""}, {"email": ""}, {"license": {"id": "", "product": {"id": "P", "name": "First aid"}}}],
)
def test_an_identifier_is_published_as_null_and_never_as_an_empty_text(changed: dict[str, Any]) -> None:
    published = deepcopy(example_of(SCHEMAS["AccessStartedEvent"], SCHEMAS))
    check_event(published)
    published["data"]["access"] |= changed

    with pytest.raises(AssertionError, match="not as published"):
        check_event(published)


def test_the_sending_of_an_invite_counts_from_one() -> None:
    published = deepcopy(example_of(SCHEMAS["InviteResentEvent"], SCHEMAS))
    check_event(published)
    published["data"]["invite"]["number"] = 0

    with pytest.raises(AssertionError, match="not as published"):
        check_event(published)


def test_an_event_has_the_whole_of_itself_as_its_example() -> None:
    for kind in EVENT_TYPES.values():
        (published,) = SCHEMAS[event_name(kind)]["examples"]

        assert published["type"] == kind.type
        check_event(published)


def test_events_of_operations_and_about_webhooks_cannot_be_chosen_for_a_webhook() -> None:
    left_out = EVENT_TYPES.keys() - SUBSCRIBABLE

    assert {name for name in left_out if not name.startswith(OWN_PREFIX)} == {
        "product.created",
        "product.changed",
        "product.retirement_set",
        "product.retirement_lifted",
    }
    assert all(EVENT_TYPES[name].of_operations for name in left_out if not name.startswith(OWN_PREFIX))
    assert SUBSCRIBABLE | {"webhook.tested"} == DELIVERED.keys()


def test_the_page_marks_what_webhooks_are_not_sent() -> None:
    text = page()
    marked = {name for name in EVENT_TYPES if f"| [`{name}`](#{name.replace('.', '')}) † |" in text}

    assert marked == EVENT_TYPES.keys() - DELIVERED.keys()


def test_a_type_that_is_not_known_is_passed_on_as_it_is() -> None:
    data = data_from_json("moon.landed", {"crew": 3})

    assert data == UnknownEvent(name="moon.landed", fields={"crew": 3})
    assert envelope(event(data))["data"] == {"crew": 3}
    assert event(data).type == "moon.landed"
    assert list(effects_of(event(data))) == []


def test_a_field_that_is_not_known_is_ignored_and_one_with_a_default_may_be_missing() -> None:
    kind = EVENT_TYPES["invite.resent"]
    older = {name: value for name, value in example(kind, moon="full").items() if name != "seat_changes"}

    data = data_from_json(kind.type, older)

    assert data_to_json(data) == example(kind, seat_changes=[])


@pytest.mark.parametrize("change", [{"license": "L"}, {"license": None}, {"days": "many"}])
def test_data_that_its_class_cannot_read_is_kept_as_it_is(change: dict[str, Any]) -> None:
    kind = EVENT_TYPES["license.ending"]

    data = data_from_json(kind.type, example(kind, **change))

    assert data_from_text(kind.type, json.dumps(example(kind, **change))) == data

    assert isinstance(data, UnknownEvent)
    assert data_to_json(data) == example(kind, **change)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=EVENT_TYPES)
def test_the_same_event_always_has_the_same_effects(kind: type[EventData]) -> None:
    one = event(data_from_json(kind.type, example(kind)))

    assert list(effects_of(one)) == list(effects_of(one))
    assert bool(list(effects_of(one))) <= (kind in EFFECTS)


def test_every_email_follows_from_some_event() -> None:
    emails = {
        effect.template
        for kind in EVENT_TYPES.values()
        for effect in effects_of(event(data_from_json(kind.type, example(kind))))
        if isinstance(effect, Email)
    }

    assert emails == set(Template)
