"""What `make run` promises about itself: it starts, says what is in its way, stops, and forgets nothing."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import boto3
import httpx
import pytest

from infra.local.snapshot import Snapshot
from tests.local.conftest import ROOT, LocalUsher, stop
from tests.support.invariants import check_invariants
from tests.support.tables import REGION


def _refused(state: Path, *options: str, environment: dict[str, str] | None = None) -> str:
    """What the command says when it does not start."""
    outcome = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.local", "--state", str(state), *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.returncode == 1
    return outcome.stderr


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = _refused(tmp_path, "--port", str(port))

    assert said.count("\n") == 1
    assert f"port {port} is not free" in said
    assert f"make run PORT={port + 1}" in said


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "abc", "", "8000.5", "8 000", "٨"])
def test_a_port_that_is_none_is_one_clear_line(tmp_path: Path, port: str) -> None:
    said = _refused(tmp_path, f"--port={port}")

    assert said == (
        f"Usher cannot run: {port!r} is no port; take a number from 1 to 65535, such as: make run PORT=8000\n"
    )


def test_the_last_port_has_no_next_one_to_propose(tmp_path: Path) -> None:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", 65_535))
        except OSError:
            pass  # somebody else has it: all the same to this test
        else:
            other.listen()

        said = _refused(tmp_path, "--port", "65535")

    assert "port 65535 is not free" in said
    assert "make run PORT=8000" in said


def test_a_missing_node_is_one_clear_line(tmp_path: Path) -> None:
    said = _refused(tmp_path, environment={"PATH": "/nowhere"})

    assert (
        said == "Usher cannot run: Node.js is missing; install version 20 or later from https://nodejs.org\n"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("state.json", "{"),
        ("state.json", "[]"),
        ("state.json", '{"unknown": 1}'),
        ("state.json", '{"version": 99}'),
        ("snapshot/complete.json", ""),
        ("snapshot/complete.json", "[]"),
        ("snapshot/complete.json", '{"unknown": 1}'),
        ("snapshot/clock", ""),
        ("snapshot/clock", "tomorrow"),
        ("snapshot/clock", "9" * 30),
    ],
)
def test_a_broken_state_file_is_one_clear_line(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content)

    said = _refused(tmp_path, "--port", "0")

    assert said.count("\n") == 1
    assert "make run RESET=1" in said


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = _refused(tmp_path / "file" / "state", "--port", "0")

    assert said.count("\n") == 1
    assert "Not a directory" in said
    assert "make run RESET=1" in said


def test_travel_without_a_running_stack_is_one_clear_line(tmp_path: Path) -> None:
    outcome = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.local.travel", "--state", str(tmp_path), "--days", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert outcome.stderr == (
        "nothing is running to travel with; start it with `make run` in another terminal first\n"
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--days", "abc"], "DAYS=abc is no number"),
        (["--hours", "nan"], "HOURS=nan is no number"),
        (["--days", "-1"], "time only goes forward"),
        (["--days", "1e300"], "time only goes forward"),
        ([], "time only goes forward"),
    ],
)
def test_travel_to_nowhere_is_one_clear_line(tmp_path: Path, options: list[str], words: str) -> None:
    outcome = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.local.travel", "--state", str(tmp_path), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 1
    assert words in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_second_run_on_the_same_state_is_refused(usher: LocalUsher) -> None:
    said = _refused(usher.state, "--port", "0")

    assert f"runs already at {usher.base_url}" in said


@pytest.mark.parametrize("path", ["/", "/docs", "/_local/mail", "/healthz", "/openapi.json"])
def test_its_own_pages_are_there(usher: LocalUsher, path: str) -> None:
    answer = httpx.get(usher.base_url + path, trust_env=False)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "value", ["Zoë".encode(), "Zoë".encode("latin-1"), b"usher_\xff_\xff_\xff", b"\xf0\x9f\x8e\x93"]
)
@pytest.mark.parametrize(
    "name", ["authorization", "cookie", "idempotency-key", "origin", "user-agent", "x-api-key"]
)
def test_a_header_beyond_ascii_is_no_mistake_of_the_server(
    usher: LocalUsher, name: str, value: bytes
) -> None:
    body = {"email": "nobody@acme.example", "password": "wrong"}
    for method, path, json_body in (
        ("GET", "/v1/me", None),
        ("GET", "/v1/entitlements?email=ann@x.io&product=p", None),
        ("POST", "/v1/session", body),
        ("GET", "/learn", None),
        ("GET", "/i/none", None),
    ):
        plain = httpx.Request(method, usher.base_url + path, json=json_body)
        headers = [(key, own) for key, own in plain.headers.raw if key.lower() != name.encode()]
        with usher.client() as client:
            answer = client.send(
                httpx.Request(
                    method, plain.url, headers=[*headers, (name.encode(), value)], content=plain.content
                )
            )

        assert answer.status_code < 500, f"{method} {path}"


def test_an_email_shows_where_answers_go(usher: LocalUsher) -> None:
    """Acme's manager invited the limited one, whose answer would go to the manager."""
    email = usher.email("limited@acme.example", subject="invites you to its team")
    listed = httpx.get(f"{usher.base_url}/_local/mail", trust_env=False).text
    path = next(
        href
        for href in re.findall(r'href="(/_local/mail/[^"]+)">([^<]*)', listed)
        if href[1] == email["subject"]
    )[0]
    page = httpx.get(usher.base_url + path, trust_env=False).text

    assert email["reply_to"] == "manager@acme.example"
    assert "<dt>Reply-To</dt><dd>manager@acme.example</dd>" in page


def test_the_mailbox_shows_new_emails_by_itself_and_leaves_an_open_one_alone(usher: LocalUsher) -> None:
    listed = httpx.get(f"{usher.base_url}/_local/mail", trust_env=False).text
    path = re.findall(r'href="(/_local/mail/[^"]+)"', listed)[0]
    opened = httpx.get(usher.base_url + path, trust_env=False).text

    assert '<meta http-equiv="refresh" content="5">' in listed
    assert "http-equiv" not in opened


def test_the_start_page_says_what_is_where_and_who_may_sign_in(usher: LocalUsher) -> None:
    page = httpx.get(f"{usher.base_url}/_local", trust_env=False).text

    for said in ("manager@acme.example", "limited@acme.example", "operator@usher.example", usher.password):
        assert said in page
    assert 'href="/_local/mail"' in page
    assert 'href="/docs"' in page


def test_a_page_elsewhere_cannot_read_it_under_a_name_of_its_own(usher: LocalUsher) -> None:
    answer = httpx.get(
        f"{usher.base_url}/_local/mail.json", headers={"host": "evil.example"}, trust_env=False
    )

    assert answer.status_code == 400


def test_it_listens_on_loopback_only(usher: LocalUsher) -> None:
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("only Linux tells who listens; elsewhere the binding is the same and CI has seen it")
    ports = {int(url.rpartition(":")[2]) for url in (usher.base_url, usher.emulator)}
    sockets = [line.split() for line in listening.read_text().splitlines()[1:]]
    addresses = {
        local.partition(":")[0]
        for _, local, _, state, *_ in sockets
        if state == "0A" and int(local.partition(":")[2], 16) in ports
    }

    assert addresses == {"0100007F"}


def test_the_invited_manager_had_an_email_with_a_link(usher: LocalUsher) -> None:
    emails = usher.mailbox("manager@acme.example")

    assert any(link.startswith(f"{usher.base_url}/i/") for link in emails[-1]["links"])
    assert emails[-1]["text"]
    assert emails[-1]["html"]


@pytest.mark.last
def test_what_all_of_it_left_in_the_table_agrees(usher: LocalUsher) -> None:
    client = boto3.client(
        "dynamodb",
        endpoint_url=usher.emulator,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    (table,) = client.list_tables()["TableNames"]

    check_invariants(client, table)


@pytest.mark.last
def test_everything_is_there_again_after_it_stopped(
    usher: LocalUsher, starting: Callable[..., LocalUsher]
) -> None:
    """Even after a stop that gave it no time: the emulator sees its parent go and saves what it has.

    It stops the stack that all other tests of this folder share, after they have left much in it.
    """
    stack, key = usher, usher.entitlements_key
    with stack.signed_in("manager@acme.example") as manager:
        me = manager.get("/v1/me").json()
        imports = f"/v1/organizations/{me['organizations'][0]['id']}/imports"
        new = manager.post(imports, json={"file_name": "people.csv"}).json()
    form = new["upload"]
    httpx.post(form["url"], data=form["fields"], files={"file": b"Email\r\n"}, trust_env=False)
    offset = Snapshot(stack.state).offset
    texts = [email["text"] for email in stack.mailbox()]

    for number in (signal.SIGINT, signal.SIGKILL):
        stop(stack.process, with_signal=number)
        stack = starting(stack.state)

        with stack.signed_in("manager@acme.example") as manager:
            assert manager.get("/v1/me").json() == me
            assert manager.post(f"{imports}/{new['id']}/check").status_code == 202, "the file is there"
        assert [email["text"] for email in stack.mailbox()] == texts
        assert stack.entitlements_key == key
        assert Snapshot(stack.state).offset == offset
