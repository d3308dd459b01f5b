"""A forgotten password on the whole stack: the email that the pool's trigger writes, and the way back in."""

from __future__ import annotations

from tests.local.conftest import LocalUsher
from tests.local.test_story import Acme, Browser, link_in

NEW = "Another-horse-2"


def test_the_email_with_the_code_is_the_organizations_and_its_link_leads_back_in(usher: LocalUsher) -> None:
    acme, email = Acme(usher), "forgetful@team.example"
    acme.invite("course", email)
    Browser(usher).register(link_in(usher.email(email)), "For", "Getful")
    browser = Browser(usher)
    browser.open("/learn/password")
    browser.submit("/learn/password", action="send", email=email)

    sent = usher.email(email, subject="Your code for a new password")
    assert ">Acme Learning</td>" in sent["html"]
    assert "it works for an hour, once." in sent["html"]
    assert "{####}" not in sent["html"]
    (link,) = [one for one in sent["links"] if "/learn/password" in one]
    code = sent["html"].partition("<strong>")[2].partition("</strong>")[0]
    assert code.isdigit()
    assert code not in link
    assert 'name="code"' in browser.open(link).text
    wrong = browser.submit("/learn/password", action="reset", email=email, code="000000", password=NEW)
    assert wrong.status_code == 422
    back = browser.submit("/learn/password", action="reset", email=email, code=code, password=NEW)

    assert back.status_code == 200
    assert "Your new password is set." in back.text
