"""A real OpenID provider: the certified `oidc-provider` of npm, in a process of its own on the loopback.

It is installed by `npm ci` when it is first needed. tests/support/oidc/provider.mjs says who has an account.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

import httpx

from infra.node_packages import install

FOLDER = Path(__file__).parent / "oidc"
CLIENT_ID = "usher"
CLIENT_SECRET = "a-secret-of-the-client"
NETWORKS = ["127.0.0.0/8"]

_FORM = re.compile(r'<form[^>]*action="([^"]+)"')
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')
_STEPS = 12


@dataclass(frozen=True)
class IdentityProvider:
    """A running provider, and a person who uses its pages.

    Attributes:
        back: the prefix of the addresses to which it redirects people back.
    """

    issuer: str
    back: str

    def sign_in(self, location: str, account: str) -> str:
        """Follow `location`, sign in as the account, consent, and return where the browser is redirected."""
        with httpx.Client(trust_env=False) as browser:
            answer = browser.get(location)
            for _ in range(_STEPS):
                if answer.is_redirect:
                    to = urljoin(str(answer.url), answer.headers["location"])
                    if to.startswith(self.back):
                        return to
                    answer = browser.get(to)
                    continue
                form, prompt = _FORM.search(answer.text), _PROMPT.search(answer.text)
                assert form is not None, answer.text
                assert prompt is not None, answer.text
                fields = {"prompt": prompt[1], "login": account, "password": "any"}
                answer = browser.post(urljoin(str(answer.url), form[1]), data=fields)
        raise AssertionError("the provider went on asking")

    def cancel(self, location: str) -> str:
        """Follow `location`, cancel, and return where the browser is redirected."""
        with httpx.Client(trust_env=False, follow_redirects=True) as browser:
            page = browser.get(location)
            answer = browser.get(f"{page.url}/abort", follow_redirects=False)
            while not answer.headers["location"].startswith(self.back):
                answer = browser.get(answer.headers["location"], follow_redirects=False)
            return str(answer.headers["location"])


def changed(url: str, **parameters: str) -> str:
    """Return the address with other values of some parameters; an empty value removes one."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **parameters}
    return parts._replace(query=urlencode({name: value for name, value in query.items() if value})).geturl()


def parameters_of(url: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@contextmanager
def serving(back: str) -> Iterator[IdentityProvider]:
    """Run a provider that redirects people to addresses that begin with `back`."""
    install(FOLDER)
    process = subprocess.Popen(  # noqa: S603 - all of its words are ours
        ["node", "provider.mjs", back],  # noqa: S607 - whichever Node.js the project runs on
        cwd=FOLDER,
        stdin=subprocess.PIPE,  # it ends when this does, whatever becomes of the tests
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        assert issuer, "the provider did not start"
        yield IdentityProvider(issuer, back)
    finally:
        process.terminate()
        process.communicate()
