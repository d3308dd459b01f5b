"""The keys of the table's items and indexes; nothing outside this package has a key string (DESIGN 4).

Those of codes, and of what operators list, stand in modules of their own.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from usher.domain.instants import parse_rfc3339, rfc3339
from usher.store.keys.due_shards import shard_of

ORGANIZATION = "ORG"
SLUG = "SLUG"
INVITE = "INVITE"
PRODUCTS = "PRODUCT"
EMAIL = "EMAIL"
VERIFICATION_REQUEST = "ENTRY"
API_KEYS = "APIKEYS"

INVITE_PARTITION = "INVITE#"
MANAGER_PREFIX = "MANAGER#"
LICENSE_PREFIX = "LICENSE#"
LEARNER_PREFIX = "LEARNER#"
EVENT_PREFIX = "EVENT#"
PRODUCT_PREFIX = "PRODUCT#"
ACCESS_PREFIX = "ACCESS#"
RECEIPT_PREFIX = "PART#"
DIGEST_PREFIX = "DIGEST#"
HOLDER_PREFIX = "HOLDER#"
GROUP_PREFIX = "GROUP#"
IMPORT_PREFIX = "IMPORT#"
API_KEY_PREFIX = "APIKEY#"
ORGANIZATIONS = "ORGANIZATIONS"
JOIN = "JOIN"
JOIN_PAGE = "JOIN_PAGE"
JOIN_LINE = "JOIN_LINE"
JOIN_REQUEST_PREFIX = "JOIN_REQUEST#"
WAITING_PREFIX = "WAITING#"
JOIN_REQUEST_MARKER_PREFIX = "JOIN_REQUEST_MARKER#"
REQUEST = "REQUEST"
REVOKED = "REVOKED"
WEBHOOK_PREFIX = "WEBHOOK#"
WEBHOOKS = "WEBHOOKS"
DELIVERY_PREFIX = "DELIVERY#"
LAST_ADDRESS = "~"
"""A text that sorts after all addresses."""
_ULID = 26

SUPPORT_PREFIX = "SUPPORT#"
SSO = "SSO"
SSO_PREFIX = "SSO#"
SSO_COUNT = "SSO_COUNT"
SEATS_PREFIX = "SEATS#"
ERASURE_PREFIX = "ERASURE#"
EXTENSION_PREFIX = "EXTENSION#"


def organization(organization_id: str) -> str:
    """The partition of an organization: itself, its managers, licenses and learners."""
    return f"ORG#{organization_id}"


def slug(text: str) -> str:
    """The partition that makes a slug unique."""
    return f"SLUG#{text}"


def manager(email: str) -> str:
    """A manager, within the organization's partition."""
    return MANAGER_PREFIX + email


def license(license_id: str) -> str:  # noqa: A001 - the glossary's word; the built-in is for prompts
    """A license, within the organization's partition; alone, the listing of its accesses."""
    return LICENSE_PREFIX + license_id


def order(order_id: str) -> str:
    """An operator's order, within the organization's partition: makes it idempotent."""
    return f"ORDER#{order_id}"


def extension(license_id: str) -> str:
    """The newest extension of a license, within the organization's partition."""
    return EXTENSION_PREFIX + license_id


def sublicense(parent_id: str) -> str:
    """The client's sublicense of one license, within the client's partition: there is one of each."""
    return f"SUBLICENSE#{parent_id}"


def learner(email: str) -> str:
    """A learner, within the organization's partition."""
    return LEARNER_PREFIX + email


def group(group_id: str) -> str:
    """A group, within the organization's partition."""
    return GROUP_PREFIX + group_id


def group_name(name: str) -> str:
    """The name of a group, within the organization's partition: makes it unique there."""
    return f"GROUP_NAME#{name}"


def members(group_id: str) -> str:
    """The prefix of a group's members, within the organization's partition."""
    return f"MEMBER#{group_id}#"


def member(group_id: str, email_address: str) -> str:
    """A member of a group, within the organization's partition."""
    return members(group_id) + email_address


def group_invite_marker(group_id: str, email_address: str) -> str:
    """The marker of the newest invite to a group without a seat, within the organization's partition."""
    return f"OFFER#{group_id}#{email_address}"


def api_key(key_id: str) -> str:
    """An API key, within the organization's partition."""
    return API_KEY_PREFIX + key_id


def import_(import_id: str) -> str:
    """An import, within the organization's partition; the newest sorts last."""
    return IMPORT_PREFIX + import_id


def events(organization_id: str, shard: int) -> str:
    """The partition of one shard of an organization's events."""
    return f"ORG#{organization_id}#EVENTS#{shard}"


def event(event_id: str) -> str:
    """An event, within its shard; the newest sorts last."""
    return EVENT_PREFIX + event_id


def request(request_id: str) -> str:
    """The partition that leads from a request's id to its organization."""
    return f"REQUEST#{request_id}"


def support_request(request_id: str) -> str:
    """A support request, within the organization's partition; the newest sorts last."""
    return SUPPORT_PREFIX + request_id


def seat_request(request_id: str) -> str:
    """A request for more seats, within the organization's partition; the newest sorts last."""
    return SEATS_PREFIX + request_id


def support_listing(state: str) -> str:
    """In `listing`: the support requests of all organizations in one state."""
    return SUPPORT_PREFIX + state


def seats_listing(state: str) -> str:
    """In `listing`: the requests for seats of all organizations in one state."""
    return SEATS_PREFIX + state


def webhook(webhook_id: str) -> str:
    """A webhook, within the organization's partition; alone, the partition of its deliveries."""
    return WEBHOOK_PREFIX + webhook_id


def delivery(delivery_id: str) -> str:
    """A delivery, within the webhook's partition; the newest event sorts last."""
    return DELIVERY_PREFIX + delivery_id


def due_delivery_shard(identity: str) -> str:
    """In `due`: the shard of a delivery, apart from the shards of items that the sweep processes itself."""
    return due_delivery_partition(shard_of(identity))


def due_delivery_partition(shard: int) -> str:
    """In `due`: a shard of deliveries by its number."""
    return f"DUE_DELIVERY#{shard}"


def erasure(erasure_id: str) -> str:
    """An order to erase a learner, within the organization's partition; the newest sorts last."""
    return ERASURE_PREFIX + erasure_id


def ends_with_address(key: str, email_address: str) -> bool:
    """Return whether the key's last part is this address: `KIND#address`, or `KIND#ulid#address`."""
    kind, _, rest = key.partition("#")
    of, _, last = rest.partition("#")
    return bool(kind) and (rest == email_address or (last == email_address and len(of) == _ULID))


def product(product_id: str) -> str:
    """A product, within the partition of all products; alone, the partition of its holders."""
    return PRODUCT_PREFIX + product_id


def holder(organization_id: str) -> str:
    """An organization that was given licenses of a product, within the product's partition."""
    return HOLDER_PREFIX + organization_id


def invite(invite_id: str) -> str:
    """The partition of one invite, so that the invites of a big organization are not in one partition."""
    return INVITE_PARTITION + invite_id


def person(email: str) -> str:
    """The partition of a person's accesses; in the `listing` index, of their organizations."""
    return f"PERSON#{email}"


def access(license_id: str) -> str:
    """An access, within the person's partition: at most one for one license."""
    return ACCESS_PREFIX + license_id


def connection(connection_id: str) -> str:
    """The partition of a single sign-on connection; within a person's, their link to its provider."""
    return SSO_PREFIX + connection_id


def domain(domain: str) -> str:
    """Partition of the connections that may sign in the people of a domain, and nothing else."""
    return f"DOMAIN#{domain}"


def connections_listing(organization_id: str) -> str:
    """In `listing`: an organization's single sign-on connections."""
    return f"ORG#{organization_id}#SSO"


def connection_people(connection_id: str) -> str:
    """In `listing`: the people who signed in through a single sign-on connection, by address."""
    return f"{SSO_PREFIX}{connection_id}#PEOPLE"


def email(email_id: str) -> str:
    """The partition of one email to one recipient: makes sending it idempotent."""
    return f"EMAIL#{email_id}"


def digest(day: date) -> str:
    """The digest of one day's expiries, within the organization's partition."""
    return DIGEST_PREFIX + day.isoformat()


def verification_request(request_id: str) -> str:
    """The partition of a verification request."""
    return f"ENTRY#{request_id}"


def sessions(email: str) -> str:
    """The partition of a person's revoked sessions; the key has a hash, so that it outlives no erasure."""
    return f"SESSIONS#{hashlib.sha256(email.encode()).hexdigest()}"


def limit(kind: str, subject: str) -> str:
    """The partition of one subject's counters for one rate limit; the key has a hash, never an address."""
    return f"LIMIT#{kind}#{hashlib.sha256(subject.encode()).hexdigest()}"


def join_slug(slug_text: str) -> str:
    """The partition that makes a join page's slug unique."""
    return f"JOIN#{slug_text}"


def join_request(email_address: str) -> str:
    """A person's request to join, within the organization's partition."""
    return JOIN_REQUEST_PREFIX + email_address


def join_request_marker(organization_id: str) -> str:
    """The marker of a person's open request to join, within the person's partition, after their accesses."""
    return JOIN_REQUEST_MARKER_PREFIX + organization_id


def waiting(request_id: str) -> str:
    """A request on the waitlist, within the organization's partition, in the order of asking."""
    return WAITING_PREFIX + request_id


def join_requests_listing(organization_id: str, state: str) -> str:
    """In `listing`: an organization's requests to join in one state."""
    return f"ORG#{organization_id}#JOIN_REQUESTS#{state}"


def join_request_listing(request_id: str) -> str:
    """In `listing`: a request to join, in the order of asking."""
    return JOIN_REQUEST_PREFIX + request_id


def receipt(scope: str, idempotency_key: str) -> str:
    """The partition of the answers given under one Idempotency-Key of one person or organization."""
    return f"RECEIPT#{scope}#{hashlib.sha256(idempotency_key.encode()).hexdigest()}"


def receipt_part(number: int) -> str:
    """One transaction's part of a receipt."""
    return f"{RECEIPT_PREFIX}{number:04d}"


def invites_listing(organization_id: str, state: str, shard: int) -> str:
    """In `listing`: one shard of an organization's learner invites in one state, newest last by ULID."""
    return f"ORG#{organization_id}#INVITES#{state}#{shard}"


def team_invites_listing(organization_id: str, state: str) -> str:
    """In `listing`: an organization's team invites in one state."""
    return f"ORG#{organization_id}#TEAM_INVITES#{state}"


def enrollments_listing(organization_id: str, shard: int) -> str:
    """In `listing`: one shard of the events that enrolled people without an invite, newest last by ULID."""
    return f"ORG#{organization_id}#ENROLLMENTS#{shard}"


def clients_listing(provider_id: str) -> str:
    """In `listing`: a provider's clients."""
    return f"ORG#{provider_id}#CLIENTS"


def manager_listing(organization_id: str) -> str:
    """In `listing`: a person as a manager of the organization."""
    return MANAGER_PREFIX + organization_id


def manager_invite_listing(organization_id: str) -> str:
    """In `listing`: a person as invited to manage the organization, after those that they manage."""
    return f"MANAGER_INVITE#{organization_id}"


def learner_listing(organization_id: str) -> str:
    """In `listing`: a person as a learner of the organization."""
    return LEARNER_PREFIX + organization_id


def access_listing(state: str, email_address: str) -> str:
    """In `listing`: a license's accesses, by state."""
    return f"{state}#{email_address}"


def due_shard(identity: str) -> str:
    """In `due`: the shard of an item, by a hash of its id."""
    return due_partition(shard_of(identity))


def due_partition(shard: int) -> str:
    """In `due`: a shard by its number."""
    return f"DUE#{shard}"


def due(at: datetime, identity: str) -> str:
    """In `due`: the sort key of an item, by when it is due."""
    return f"{rfc3339(at)}#{identity}"


def due_at(sort: str) -> datetime:
    """In `due`: the instant in a sort key."""
    return parse_rfc3339(sort.partition("#")[0])


def due_identity(sort: str) -> str:
    """In `due`: the id in a sort key."""
    return sort.partition("#")[2]


def due_until(at: datetime) -> str:
    """In `due`: a text that sorts after all items due at `at` or earlier."""
    return f"{rfc3339(at)}#~"
