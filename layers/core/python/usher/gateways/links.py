"""Links that cannot be forged: an invite's id, its send number and an HMAC over both (DESIGN 3, Tokens).

No link is stored: the sender computes it for each email. The secret is a JSON object of keys by their ids,
with the id of the key to sign with under `current`; older keys are accepted until they are removed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re

from itsdangerous import BadData, URLSafeTimedSerializer

from usher.domain.errors import NotFoundError
from usher.domain.notices import Notice
from usher.domain.sessions import SESSION_LIFE
from usher.gateways.secrets import Secret
from usher.lazy_dataclasses import dataclass

SESSION_SECONDS = int(SESSION_LIFE.total_seconds())

_TOKEN = re.compile(
    r"(?P<invite>[0-9A-Z]{26})\.(?P<number>[1-9][0-9]{0,8})\.(?P<key>[a-z0-9]{1,16})\.(?P<mac>.{43})"
)
_ID_TOKEN = re.compile(r"(?P<id>[0-9A-Z]{26})\.(?P<key>[a-z0-9]{1,16})\.(?P<mac>.{43})")
_NOTICE_TOKEN = re.compile(
    r"(?P<organization>[0-9A-Z]{26})\.(?P<notice>[a-z_]{1,40})\.(?P<key>[a-z0-9]{1,16})\.(?P<mac>.{43})"
)


class BadLinkError(NotFoundError):
    """The link was forged, truncated or signed with a key that was removed; the three look alike."""

    code = "link_invalid"
    title = "This link does not work"
    next_action = "Copy the whole link from the newest email, or ask for a new one."


@dataclass(frozen=True, kw_only=True)
class Link:
    """The content of a link: the invite's id and its send number."""

    invite: str
    number: int


@dataclass(frozen=True, kw_only=True)
class NoticeLink:
    """The content of a link that switches a notice off: whose it is, `Links.is_to` tells of an address."""

    organization: str
    notice: Notice
    key: str
    mac: str


class Keys:
    """The signing keys by id, from which one key is derived for each purpose."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def current(self) -> str:
        """The id of the key to sign with."""
        return str(self._stored()["current"])

    def derive(self, key_id: str, purpose: str) -> bytes | None:
        """Return the key for a purpose, None if there is no key with this id."""
        stored = self._stored().get(key_id) if key_id != "current" else None
        return None if stored is None else hmac.digest(stored.encode(), purpose.encode(), hashlib.sha256)

    def every(self, purpose: str) -> list[bytes]:
        """Return the keys for a purpose, the current one last, as itsdangerous wants them."""
        stored = self._stored()
        ids = sorted(stored.keys() - {"current"}, key=lambda id_: id_ == stored["current"])
        return [hmac.digest(stored[id_].encode(), purpose.encode(), hashlib.sha256) for id_ in ids]

    def _stored(self) -> dict[str, str]:
        keys: dict[str, str] = json.loads(self._secret.text())
        return keys


class Links:
    """Writes and reads the tokens of emailed links."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, link: Link) -> str:
        """Return the token for a link: `invite.number.key.hmac`."""
        key_id = self._keys.current()
        return f"{link.invite}.{link.number}.{key_id}.{self._mac('invite-link', _signed(link), key_id)}"

    def read(self, token: str) -> Link:
        """Return the link in a token, or raise BadLinkError; compared in constant time."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            raise BadLinkError("The link is not complete.")
        link = Link(invite=parts["invite"], number=int(parts["number"]))
        self._require("invite-link", _signed(link), parts)
        return link

    def verification_token(self, request: str) -> str:
        """Return the token by which a person proves their address: `request` is the verification's id."""
        return self._id_token("entry-link", request)

    def read_verification(self, token: str) -> str:
        """Return the id of the email verification in a token, or raise BadLinkError; in constant time."""
        return self._read_id("entry-link", token)

    def reminder_token(self, invite: str) -> str:
        """Return the token that stops the reminders of an invite: `invite` is its id."""
        return self._id_token("reminder-link", invite)

    def read_reminder(self, token: str) -> str:
        """Return the id of the invite in a token of `reminder_token`, or raise BadLinkError."""
        return self._read_id("reminder-link", token)

    def notice_token(self, *, organization: str, email: str, notice: Notice) -> str:
        """Return the token by which a manager switches a notice off; the address is signed, and not in it."""
        key_id = self._keys.current()
        mac = self._mac("notice-link", f"{organization}.{notice}.{email}", key_id)
        return f"{organization}.{notice}.{key_id}.{mac}"

    def read_notice(self, token: str) -> NoticeLink:
        """Return the link in a token of `notice_token`, or raise BadLinkError.

        Nothing is proven before `is_to` has found the manager whom the link was sent to.
        """
        parts = _NOTICE_TOKEN.fullmatch(token)
        if parts is None or parts["notice"] not in set(Notice):
            raise BadLinkError("The link is not complete.")
        return NoticeLink(
            organization=parts["organization"],
            notice=Notice(parts["notice"]),
            key=parts["key"],
            mac=parts["mac"],
        )

    def is_to(self, link: NoticeLink, email: str) -> bool:
        """Return whether the link was sent to the address; compared in constant time."""
        expected = self._mac("notice-link", f"{link.organization}.{link.notice}.{email}", link.key)
        return expected is not None and hmac.compare_digest(expected.encode(), link.mac.encode())

    def _id_token(self, purpose: str, id_: str) -> str:
        key_id = self._keys.current()
        return f"{id_}.{key_id}.{self._mac(purpose, id_, key_id)}"

    def _read_id(self, purpose: str, token: str) -> str:
        parts = _ID_TOKEN.fullmatch(token)
        if parts is None:
            raise BadLinkError("The link is not complete.")
        self._require(purpose, parts["id"], parts)
        return parts["id"]

    def _require(self, purpose: str, signed: str, parts: re.Match[str]) -> None:
        expected = self._mac(purpose, signed, parts["key"])
        if expected is None or not hmac.compare_digest(expected.encode(), parts["mac"].encode()):
            raise BadLinkError("The link is not complete.")

    def _mac(self, purpose: str, signed: str, key_id: str) -> str | None:
        key = self._keys.derive(key_id, purpose)
        if key is None:
            return None
        digest = hmac.digest(key, signed.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _signed(link: Link) -> str:
    return f"{link.invite}.{link.number}"


class Cookies:
    """Signs the content of cookies: the learner's session, and the secret against forged forms."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def sign(self, purpose: str, content: dict[str, str]) -> str:
        """Return the content with the time and a signature."""
        return str(self._serializer(purpose).dumps(content))

    def read(self, purpose: str, text: str, *, max_age: int = SESSION_SECONDS) -> dict[str, str] | None:
        """Return the content of a cookie; None if it was signed for another purpose, or is too old.

        `max_age` is in seconds.
        """
        try:
            content = self._serializer(purpose).loads(text, max_age=max_age)
        except BadData:
            return None
        return content if isinstance(content, dict) else None

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._keys.every(purpose), salt=purpose)
