"""A spreadsheet of 500 people with 20 bad rows is imported: looked through, confirmed, followed, and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from infra.local.seed import LIMITED, OPERATOR
from tests.browser.clicks import Clicks
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import look_at
from tests.local.conftest import LocalUsher

ROWS = 500
BAD = 20


def _spreadsheet(product: str, rows: int, bad: int, name: str = "imported") -> FilePayload:
    """A file as one exports it: every 25th address has no domain."""
    every = rows // bad if bad else rows + 1
    lines = ["E-mail address,First name,Last name,Licenses,Reason"]
    lines += [
        f"{name}{number}@{'' if number % every == 0 else 'team.example'},Imp,Nr {number},{product},"
        for number in range(1, rows + 1)
    ]
    return {"name": "people.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


def _choose(page: Page, file: FilePayload) -> None:
    page.get_by_role("button", name="Import a file").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Choose a file, or drop it here").set_input_files(file)
    form.get_by_role("button", name="Check the file").dblclick()


@pytest.fixture(scope="module")
def product(usher: LocalUsher) -> str:
    """A product of which there are seats enough."""
    name = "Evacuation Drill"
    with usher.signed_in(OPERATOR) as api:
        made = api.post("/v1/operator/products", json={"name": name, "kind": "course", "url": usher.base_url})
        assert made.status_code == 201, made.text
        (acme,) = (
            one
            for one in api.get("/v1/operator/organizations").json()["items"]
            if one["name"] == "Acme Learning"
        )
        grant = {
            "order_id": "import-1",
            "product": made.json()["id"],
            "flex": False,
            "seats": ROWS,
            "valid_from": "2026-01-01",
            "valid_until": "2030-01-01",
        }
        granted = api.post(f"/v1/operator/organizations/{acme['id']}/licenses", json=grant)
        assert granted.status_code == 201, granted.text
    return name


def test_500_people_of_whom_20_are_wrong(visit: Callable[..., Visit], product: str, tmp_path: Path) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("imports")
    expect(page.get_by_text("Nothing was imported yet")).to_be_visible()

    _choose(page, _spreadsheet(product, ROWS, BAD))

    expect(page.get_by_role("heading", name="people.csv", level=1)).to_be_visible()
    expect(page.get_by_text("480 people get an email")).to_be_visible()
    expect(page.get_by_text("20 rows with errors are left out")).to_be_visible()
    expect(page.get_by_text(f"{product}: 480 seats needed, 500 available.")).to_be_visible()
    columns = page.get_by_role("group").filter(has_text="How the columns were understood")
    expect(columns).to_contain_text("A · E-mail addressEmail")
    expect(columns).to_contain_text("E · Reasonignored")
    expect(columns).to_contain_text("1 column is ignored: it holds")
    page.get_by_label("Rows").select_option(label="With problems (20)")
    expect(page.get_by_role("row", name="imported25@")).to_contain_text("Not an address")
    expect(page.get_by_role("row", name="imported25@")).to_contain_text("The part after the @ is missing.")
    look_at(page, "import-checked")
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(BAD + 1))
    expect(page).to_have_url(re.compile(r"show=problems"))

    held = [True]

    def hold_back(route: Route) -> None:
        """Show the import as it is under way, for as long as one looks: here it takes a second."""
        answer = route.fetch()
        one = answer.json()
        if held and one.get("confirmed_at"):
            one |= {"state": "running", "progress": {"done": 125, "outcomes": {"invited": 120}}}
        route.fulfill(response=answer, json=one)

    page.route(re.compile(r"/v1/.*/imports/\w+$"), hold_back)
    page.get_by_role("button", name="Invite the 480 good rows").dblclick()
    expect(page.get_by_text("People are being invited.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("125 of 500 rows done")).to_be_visible()
    expect(page.get_by_role("progressbar", name="The people are being invited")).to_be_visible()
    held.clear()

    expect(page.get_by_text("All rows are done.")).to_be_visible(timeout=300_000)
    expect(page.get_by_role("region", name="Summary")).to_contain_text("invited480with problems20")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the rows").click()
    saved = tmp_path / "rows.csv"
    downloading.value.save_as(saved)
    lines = saved.read_text("utf-8-sig").splitlines()
    assert len(lines) == ROWS + 1
    assert sum(",bad address," in line for line in lines) == BAD
    look_at(page, "import-finished")
    page.get_by_role("link", name="All imports").click()
    expect(page.get_by_role("row", name="people.csv")).to_contain_text("Finished")
    assert page.get_by_role("row").count() == 2, "a double click imports once"


def test_from_the_file_to_sent_in_five_clicks(visit: Callable[..., Visit], product: str) -> None:
    visited = visit()
    page, clicks = visited.page, Clicks()
    visited.sign_in()
    clicks.click(page.get_by_role("link", name="Import"))
    clicks.click(page.get_by_role("button", name="Import a file").first)
    with page.expect_file_chooser() as choosing:
        clicks.click(page.get_by_role("dialog").get_by_label("Choose a file, or drop it here"))
    choosing.value.set_files(_spreadsheet(product, 3, 0, "quick"))
    clicks.click(page.get_by_role("dialog").get_by_role("button", name="Check the file"))
    clicks.click(page.get_by_role("button", name="Invite all 3 people"))

    expect(page.get_by_text("All rows are done.")).to_be_visible()
    # Add by spreadsheet, choose it, preview, upload, are you sure.
    clicks.check("import a spreadsheet", vendor="Mandated Reporter Training", takes=5)


def test_a_file_that_cannot_be_used_says_what_to_do(visit: Callable[..., Visit]) -> None:
    visited = visit(width=390, scheme="dark")
    page = visited.page
    visited.sign_in()
    visited.open("imports")
    _choose(page, {"name": "notes.csv", "mimeType": "text/csv", "buffer": b"Title,Text\nHello,there\n"})

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("The file cannot be used")).to_be_visible()
    expect(page.get_by_role("link", name="Import another file")).to_be_visible()
    look_at(page, "import-refused-dark-390")


def test_the_template_is_saved_and_an_import_canceled(visit: Callable[..., Visit], product: str) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in()
    visited.open("imports")
    page.get_by_role("button", name="Template").click()
    with page.expect_download() as downloading:
        page.get_by_role("menuitem", name="As text (CSV)").click()
    assert downloading.value.suggested_filename == "import-template.csv"

    _choose(page, _spreadsheet(product, 3, 0))
    page.get_by_role("button", name="Cancel the import").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the import").click()

    expect(page.get_by_text("It was canceled.")).to_be_visible()


def test_a_limited_manager_has_no_import(visit: Callable[..., Visit]) -> None:
    visited = visit()
    page = visited.page
    visited.sign_in(LIMITED)
    expect(page.get_by_role("link", name="Team")).to_be_visible()
    assert page.get_by_role("link", name="Import").count() == 0

    visited.open("imports")

    expect(page.get_by_role("button", name="Template")).to_be_visible()
    assert page.get_by_role("button", name="Import a file").count() == 0
