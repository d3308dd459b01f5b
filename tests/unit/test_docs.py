"""The documentation says what the code says: citations and links resolve, lists are whole, words exist."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import usher.store
from tests.support.project_files import ROOT, project_files
from usher.store import keys
from usher.store.table import Row

DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
RECORDS = sorted(DECISIONS.glob("0*.md"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
CODE = [
    path
    for folder in ("layers", "functions", "infra", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != Path(__file__)
]

CITATION = re.compile(
    r"DESIGN (?P<sections>\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)"
    r"(?:, (?P<headings>[A-Za-z`][^,.:;)|]*))?"
)
CITED_DECISION = re.compile(r"[Dd]ecisions?[ /](\d+)")
CITED_IN_RECORDS = re.compile(r"\(\[?(0\d{3})\b")
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")
PATH = re.compile(r"`((?:usher|functions|infra|tests|docs|layers|requirements)/[\w/.-]*)`")
CODE_WORD = re.compile(r"`([A-Za-z_][A-Za-z_0-9]*)`")
CITED_ISSUE = re.compile(r"\b[Ii]ssues? #?\d")
PARAGRAPH_OF_A_RECORD = re.compile(r"^(?:\*\*(?P<bold>\w+)\.\*\*|## (?P<heading>.+))", re.MULTILINE)
PREFIX_OF_A_KEY = re.compile(r"[A-Z][A-Z_]*#?")


def text_of(path: Path) -> str:
    """Return a file's text with line ends and the comment marks after them folded, as citations wrap."""
    return re.sub(r"\s*\n[\s#]*", " ", path.read_text(encoding="utf-8"))


def lines_of(text: str) -> set[str]:
    """Return the lines without their indentation."""
    return {line.strip() for line in text.splitlines() if line.strip()}


def sections() -> dict[str, str]:
    """Return the design's sections by their numbers, and the items of their numbered lists: `7.1`."""
    found: dict[str, str] = {}
    text = (DOCS / "design.md").read_text(encoding="utf-8")
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        number, _, body = section.partition(". ")
        found[number] = body
        found |= {f"{number}.{item}": body for item in re.findall(r"^(\d+)\. ", body, flags=re.MULTILINE)}
    return found


def headings_of(section: str) -> set[str]:
    """Return what a section can be cited by beside its number: what is bold, and its tables' first cells."""
    bold = re.findall(r"\*\*([^*]+)\*\*", section)
    cells = re.findall(r"^\| ([^|]+) \|", section, flags=re.MULTILINE)
    return {heading.strip("`. ").lower() for heading in (*bold, *cells)}


def unresolved(text: str, design: dict[str, str]) -> Iterator[str]:
    """Yield the citations of the design that lead nowhere."""
    for citation in CITATION.finditer(text):
        cited = re.split(r", | and ", citation["sections"])
        known = [headings_of(design[number]) for number in cited if number in design]
        headings = re.split(r" and ", citation["headings"] or "")
        if len(known) < len(cited) or any(
            heading and not any(heading.strip("` ").lower() in one for one in known) for heading in headings
        ):
            yield citation[0]


@pytest.mark.parametrize(
    "citation", ["DESIGN 10", "DESIGN 7.9", "DESIGN 2, Seets", "DESIGN 2, Seats and Frobs"]
)
def test_a_citation_that_leads_nowhere_is_found(citation: str) -> None:
    assert list(unresolved(f"As ({citation}) has it.", sections())) == [citation]


def test_every_citation_of_the_design_leads_to_a_section_and_heading() -> None:
    design = sections()

    wrong = {
        f"{path.relative_to(ROOT)}: {citation}"
        for path in [*CODE, *PAGES]
        for citation in unresolved(text_of(path), design)
    }

    assert set(map(str, range(1, 10))) <= set(design)
    assert wrong == set()


def test_every_citation_of_a_decision_leads_to_its_record() -> None:
    numbers = {int(record.name[:4]) for record in RECORDS}

    cited = [(path, number) for path in [*CODE, *PAGES] for number in CITED_DECISION.findall(text_of(path))]
    cited += [(path, number) for path in RECORDS for number in CITED_IN_RECORDS.findall(text_of(path))]

    assert cited
    assert [(path.name, number) for path, number in cited if int(number) not in numbers] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_the_index_lists_each_decision_with_its_title(record: Path) -> None:
    number, title = re.fullmatch(
        r"# (\d+)\. (.+)", record.read_text(encoding="utf-8").splitlines()[0]
    ).groups()  # type: ignore[union-attr] # a record without a title fails here
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")

    assert int(number) == int(record.name[:4])
    assert f"| [{record.name[:4]}]({record.name}) | {title} | 20" in index


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_a_record_has_context_decision_and_consequences_and_no_date_or_status(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    paragraphs = [found["bold"] or found["heading"] for found in PARAGRAPH_OF_A_RECORD.finditer(text)]

    assert [name for name in paragraphs if name != "Considered"] == ["Context", "Decision", "Consequences"]
    assert "\n## " not in text
    assert re.search(r"\*\*(?:Date|Status)\.\*\*", text) is None


def test_the_examples_of_contributing_are_in_the_code() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    examples = [lines_of(fence) for fence in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)]
    code = [lines_of(path.read_text(encoding="utf-8")) for path in CODE]

    missing = [example for example in examples if not any(example <= lines for lines in code)]

    assert examples
    assert missing == []


@pytest.mark.parametrize("citation", ["(issue 3, J)", "Issue 12:", "issue #4", "issues 3"])
def test_a_cited_issue_is_found(citation: str) -> None:
    assert CITED_ISSUE.search(citation)


def test_nothing_cites_an_issue_since_none_is_in_the_repository() -> None:
    files = [path for path in project_files("*.py", "*.md") if path != Path(__file__)]

    citing = [path for path in files if CITED_ISSUE.search(path.read_text(encoding="utf-8"))]

    assert files
    assert citing == []


def test_the_tour_names_everything_in_the_root_and_in_infra() -> None:
    paths = [path.relative_to(ROOT) for path in project_files()]
    names = {path.parts[0] for path in paths}
    names |= {path.parts[1] for path in paths if path.parts[0] == "infra"} - {"__init__.py"}
    tour = (DOCS / "architecture.md").read_text(encoding="utf-8").split("## A tour of the folders")[1]
    words = {word.strip("/,()`") for word in tour.split()}

    assert {"functions", "stack.py", "local"} <= names
    assert names - words == set()


def test_the_glossary_is_sorted() -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    tables = [
        re.findall(r"^\| `?([^|`]+)`? \|", part, flags=re.MULTILINE)[2:] for part in page.split("\n## ")[1:]
    ]

    assert len(tables) == 2
    assert all(tables)
    for words in tables:
        assert words == sorted(words, key=str.lower)


def test_the_data_model_names_the_prefix_of_every_key() -> None:
    """A prefix is a text of keys.py that begins in capitals: whole, or up to what is filled in."""
    tree = ast.parse(Path(keys.__file__).read_text(encoding="utf-8"))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    prefixes = {text for text in constants if isinstance(text, str) and PREFIX_OF_A_KEY.fullmatch(text)}
    page = (DOCS / "data-model.md").read_text(encoding="utf-8")
    cells = set(re.findall(r"`([^`]+)`", page))

    missing = {
        prefix
        for prefix in prefixes
        if not any(cell == prefix or (prefix.endswith("#") and cell.startswith(prefix)) for cell in cells)
    }

    assert {"ORG#", "INVITE", "DUE_DELIVERY#"} <= prefixes
    assert missing == set()


def test_no_two_decisions_have_one_number() -> None:
    numbers = [record.name[:4] for record in RECORDS]

    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / link["path"]).resolve() if link["path"] else page

        assert target.exists(), link[0]
        if link["anchor"]:
            titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert link["anchor"] in anchors, link[0]


def test_the_data_model_names_every_row() -> None:
    for module in pkgutil.walk_packages(usher.store.__path__, f"{usher.store.__name__}."):
        importlib.import_module(module.name)
    rows = {row.__name__ for row in descendants(Row) if not row.__name__.startswith("_")}
    page = (DOCS / "data-model.md").read_text(encoding="utf-8")

    named = set(re.findall(r"`(\w+Row)`", page))

    assert "InviteRow" in rows
    assert named == rows


def descendants(row: type[Row]) -> Iterator[type[Row]]:
    for below in row.__subclasses__():
        if below.__module__.startswith("usher."):
            yield below
        yield from descendants(below)


@cache
def words_of_the_code() -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in [*CODE, ROOT / "pyproject.toml", ROOT / "Makefile"]]
    return set(re.findall(r"\w+", "\n".join(texts)))


@pytest.mark.parametrize(
    "name", ["docs/glossary.md", "docs/architecture.md", "docs/data-model.md", "CONTRIBUTING.md"]
)
def test_the_words_of_the_code_on_a_page_are_in_the_code(name: str) -> None:
    cited = set(CODE_WORD.findall((ROOT / name).read_text(encoding="utf-8")))

    assert cited
    assert cited - words_of_the_code() == set()


@pytest.mark.parametrize(
    "name", ["docs/architecture.md", "docs/design.md", "CONTRIBUTING.md", "SECURITY.md", "README.md"]
)
def test_the_paths_on_a_page_are_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = set(PATH.findall(text))

    missing = {path for path in paths if not home_of(path).exists()}

    assert paths
    assert missing == set()


def home_of(path: str) -> Path:
    return ROOT / "layers/core/python" / path if path.startswith("usher/") else ROOT / path
