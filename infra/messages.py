"""The messages that people read: extracted from the code, merged into the catalogs, checked and compiled.

`make messages` writes the catalogs; with `--check` it writes nothing, and says what is wrong with them.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGS = ROOT / "layers" / "core" / "python" / "usher" / "translations"
SOURCES = (ROOT / "functions", CATALOGS)
_METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
    ("**.subject", "jinja2"),
    ("**.j2", "jinja2"),
]
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "marked": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_OPTIONS = {"**": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
_HEADER = "# Messages of Usher; `make messages` keeps them in step with the code.\n"


class _CommittedCatalog(Catalog):
    """A catalog whose header has neither times nor names, so that the same messages make the same file."""

    # Of the catalog that was read: Babel's own, of CLDR, have one for millions, of which no email tells.
    plural_forms = ""
    num_plurals = 0

    @property  # type: ignore[misc] # of the base it can be written, which nobody does here
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return what gettext needs to read the catalog."""
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", f"{self.plural_forms}\n"),
        ]


def extracted() -> Catalog:
    """Return all messages of the code."""
    catalog = Catalog(header_comment=_HEADER)
    for source in SOURCES:
        found = extract_from_dir(
            str(source),
            method_map=_METHODS,
            options_map={pattern: _OPTIONS["**"] for pattern, method in _METHODS if method == "jinja2"},
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, _, message, comments, context in found:
            place = (source / name).relative_to(ROOT).as_posix()
            catalog.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return catalog


def languages() -> list[str]:
    """Return the languages that have a catalog."""
    return sorted(found.parent.parent.name for found in CATALOGS.glob("*/LC_MESSAGES/usher.po"))


def catalog_path(language: str) -> Path:
    """Return where the catalog of a language is."""
    return CATALOGS / language / "LC_MESSAGES" / "usher.po"


def read_catalog(language: str) -> Catalog:
    """Read the catalog of a language."""
    with catalog_path(language).open("rb") as written:
        return read_po(written, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """Return the catalog as gettext reads it at run time."""
    into = io.BytesIO()
    write_mo(into, _committed(catalog))
    return into.getvalue()


def written(catalog: Catalog) -> bytes:
    """Return the catalog as it is committed: sorted by message, without times and line numbers."""
    into = io.BytesIO()
    write_po(into, _committed(catalog), width=110, sort_output=True, include_lineno=False)
    return into.getvalue()


def _committed(catalog: Catalog) -> Catalog:
    result = _CommittedCatalog(locale=catalog.locale, header_comment=_HEADER, fuzzy=False)
    result.plural_forms, result.num_plurals = catalog.plural_forms, catalog.num_plurals
    for message in catalog:
        if message.id:
            message.locations = sorted({(place, 0) for place, _ in message.locations})
            result[message.id] = message
    return result


def update(language: str, template: Catalog) -> None:
    """Add the messages that a catalog lacks, drop those that the code has no more, and compile it."""
    catalog = read_catalog(language)
    # A guess of what a message resembles is a wrong text that looks like a right one.
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog_path(language).write_bytes(written(catalog))
    catalog_path(language).with_suffix(".mo").write_bytes(compiled(catalog))


def problems(language: str, template: Catalog) -> Iterator[str]:
    """Yield what is wrong with the catalog of a language."""
    catalog = read_catalog(language)
    needed = {_key(message): message for message in template if message.id}
    for message in catalog:
        if not message.id:
            continue
        if _key(message) not in needed:
            yield f"{language}: no code uses {_shown(message)}"
        yield from _problems_of(language, catalog, message)
    yield from (f"{language}: an obsolete message, {_shown(old)}" for old in catalog.obsolete.values())
    has = {_key(message) for message in catalog}
    yield from (f"{language}: lacks {_shown(message)}" for key, message in needed.items() if key not in has)
    if catalog_path(language).with_suffix(".mo").read_bytes() != compiled(catalog):
        yield f"{language}: is not compiled; run `make messages`"


def _problems_of(language: str, catalog: Catalog, message: Message) -> Iterator[str]:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if not all(forms):
        yield f"{language}: has no translation of {_shown(message)}"
        return
    if message.fuzzy:
        yield f"{language}: is unsure of {_shown(message)}"
    for error in message.check(catalog):
        yield f"{language}: {error}: {_shown(message)}"
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    *singular, plural = [_placeholders(text) for text in ids]
    for number, form in enumerate(forms):
        # The form for one thing may do without its number, as in "an hour"; the one for many may not.
        allowed = [plural, *singular] if number < len(forms) - 1 else [plural]
        if _placeholders(form) not in allowed:
            yield f"{language}: other placeholders than {_shown(message)}: {form!r}"


def _key(message: Message) -> tuple[object, str | None]:
    return (tuple(message.id) if isinstance(message.id, tuple | list) else message.id, message.context)


def _shown(message: Message) -> str:
    return repr(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _placeholders(text: str | None) -> set[str]:
    return {part.partition(")")[0] for part in (text or "").split("%(")[1:]}


def main() -> None:
    """Write the catalogs, or with `--check` compare them with the code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, and say what is wrong")
    check = parser.parse_args().check
    template = extracted()
    if not check:
        for language in languages():
            update(language, template)
    found = [problem for language in languages() for problem in problems(language, template)]
    if found:
        print(*found, sep="\n", file=sys.stderr)  # noqa: T201 - a command-line program prints
        sys.exit(1)


if __name__ == "__main__":
    main()
