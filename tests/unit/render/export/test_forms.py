"""Each form reads back with its own parser: names, texts and structure, whatever notes hold."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from exports import contents_of, make_detail
from hardwon.markup.compose import fold_line, fold_text
from hardwon.markup.contain import contain, inline
from hardwon.markup.managed_block import END, START, find_block, lay_block, take_block
from hardwon.markup.pages import parse_page
from hardwon.markup.text import plain, slugify
from hardwon.model.export import Contents
from hardwon.model.listing import PatternDetail
from hardwon.model.pattern import Code
from hardwon.model.values import Confidence
from hardwon.render.export.best_practices import MAX_LINES
from hardwon.render.export.critical_patterns import CORRECT, WRONG
from hardwon.render.export.data import COLUMNS
from hardwon.render.export.obsidian import BASE, INDEX, TAG, file_name, tag
from hardwon.render.export.table import FORMS
from hardwon.render.terminal import safe
from texts import TEXTS

PARSER = MarkdownIt("commonmark").enable("table")
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "export.json").read_text(encoding="utf-8")
)
NAMES = TEXTS.map(fold_line).filter(lambda name: bool(plain(name)) and plain(name) == name)


@st.composite
def details(draw: st.DrawFn) -> PatternDetail:
    name = draw(NAMES)
    code = tuple(
        Code(draw(st.sampled_from(["python", "", "c++", "a b"])), role, draw(TEXTS), 1)
        for role in draw(st.lists(st.sampled_from(["bad", "good", "example"]), max_size=2))
    )
    lines = st.lists(TEXTS.map(fold_line).filter(bool), max_size=2).map(tuple)
    return make_detail(
        name,
        slug=slugify(name),
        confidence=draw(st.sampled_from(list(Confidence))),
        texts=(draw(TEXTS | st.none()), draw(TEXTS | st.none()), draw(TEXTS | st.none())),
        code=code,
        examples=draw(lines),
        counter_examples=draw(lines),
        tags=draw(lines),
        applies_to=draw(st.lists(TEXTS.map(fold_line), max_size=2).map(tuple)),
    )


CONTENTS = st.lists(details(), max_size=3).map(lambda found: contents_of(*found))


def render(form: str, contents: Contents) -> dict[str, str]:
    rendered = FORMS[form].render(contents)
    for text in rendered.files.values():
        assert text.endswith("\n")
    return {**rendered.files, **rendered.blocks}


def parted(text: str) -> tuple[dict[str, object], str]:
    """Return front matter and body, read as most tools do: up to the next line of dashes."""
    found = re.fullmatch(r"---\n(.*?\n)---\n(.*)", text, re.DOTALL)
    assert found, text
    header = yaml.safe_load(found[1])
    assert isinstance(header, dict)
    return header, found[2]


def headings(text: str) -> list[tuple[int, str]]:
    tokens = PARSER.parse(text)
    return [
        (int(token.tag[1]), shown(tokens[n + 1].content))
        for n, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def shown(source: str) -> str:
    """Return what a line of Markdown shows."""
    tokens = PARSER.parseInline(source)[0].children or ()
    return "".join(token.content for token in tokens)


def names(contents: Contents) -> list[str]:
    """Return the names as a text shows them: what is invisible is made visible."""
    return [safe(one.entry.pattern.name) for one in contents.patterns]


def test_nothing_in_a_text_is_invisible() -> None:
    evil = "a\u202eb\u200bc\U000e0041d\u2028e\x1bf\u00adg"
    detail = make_detail(
        f"N {evil}", texts=(evil,) * 3, code=(Code("py", "good", evil, 1),), examples=(evil,),
        counter_examples=(evil,), tags=(evil,),
    )  # fmt: skip
    for name in FORMS:
        if name not in {"csv", "json"}:
            for text in render(name, contents_of(detail)).values():
                assert text.replace("\n", "").isprintable(), name


def test_every_form_takes_an_empty_memory() -> None:
    for name, form in FORMS.items():
        files = render(name, Contents())
        assert (list(files) == [""]) == form.is_file


@given(CONTENTS)
def test_rules_for_cursor(contents: Contents) -> None:
    files = render("cursor", contents)
    assert len({path.casefold() for path in files}) == len(contents.patterns)
    for (path, text), detail in zip(files.items(), contents.patterns, strict=True):
        assert re.fullmatch(r"hardwon-[a-z0-9-]+\.mdc", path)
        header, body = parted(text)
        assert header["alwaysApply"] is False
        assert isinstance(header["description"], str)
        assert header["description"].startswith("Use ")
        assert isinstance(header.get("globs", ""), str)
        assert header.keys() <= {"description", "globs", "alwaysApply"}
        assert headings(body) == [(1, safe(detail.entry.pattern.name))]


@given(CONTENTS)
def test_instructions_for_copilot(contents: Contents) -> None:
    rendered = FORMS["copilot"].render(contents)
    titles = []
    for path, text in rendered.files.items():
        assert re.fullmatch(r"instructions/hardwon-[a-z0-9-]+\.instructions\.md", path)
        header, body = parted(text)
        assert header.keys() == {"description", "applyTo"}
        assert header["applyTo"]
        titles += headings(body)
    for block in rendered.blocks.values():
        own = "# Ours\n\nText.\n"
        laid = lay_block(own, block, "copilot-instructions.md")
        assert find_block(laid, "copilot-instructions.md") == block
        assert take_block(laid, "copilot-instructions.md") == own
        assert block.splitlines()[0] == START
        assert block.split("\n")[-1] == END
        titles += [found for found in headings(laid) if found[0] == 3]
    assert sorted(title for _, title in titles) == sorted(names(contents))


def test_a_mark_in_a_text_ends_no_block() -> None:
    text = f"- an item\n\n      {END}\n\n- another\n\n     ```\n     {END}\n     ```"
    [block] = (
        FORMS["copilot"].render(contents_of(make_detail(texts=(text, text, text)))).blocks.values()
    )
    laid = lay_block("# Ours\n", block, "copilot-instructions.md")
    assert take_block(laid, "copilot-instructions.md") == "# Ours\n"
    assert block.count(END) == 1


@given(CONTENTS)
def test_best_practices_of_qodo(contents: Contents) -> None:
    text = render("best-practices", contents)[""]
    expected = [(2, f"Pattern {n}: {name}") for n, name in enumerate(names(contents), start=1)]
    assert headings(text) == [(1, "Best practices"), *expected]


def test_instructions_for_copilot_are_short_enough() -> None:
    long = [make_detail(f"P{n}", texts=("c", "line\n" * 40, "w")) for n in range(20)]
    [block] = FORMS["copilot"].render(contents_of(*long)).blocks.values()
    assert 200 < block.count("\n") < 300
    assert "15 patterns did not fit" in block


def test_best_practices_are_short_enough() -> None:
    long = [make_detail(f"P{n}", texts=("c", "line\n" * 90, "w")) for n in range(20)]
    text = render("best-practices", contents_of(*long))[""]
    assert 700 < text.count("\n") < MAX_LINES
    assert "patterns did not fit" in text


@given(CONTENTS)
def test_critical_patterns(contents: Contents) -> None:
    text = render("critical-patterns", contents)[""]
    found = headings(text)
    assert found[0] == (1, "Critical Patterns")
    assert [title for level, title in found if level == 2] == [
        f"{n}. {name} (ALWAYS REQUIRED)" for n, name in enumerate(names(contents), start=1)
    ]
    kinds = {WRONG.removeprefix("### "), CORRECT.removeprefix("### ")}
    assert {title for level, title in found if level == 3} <= kinds


MADR = [
    (2, "Context and Problem Statement"), (2, "Decision Drivers"), (2, "Considered Options"),
    (2, "Decision Outcome"), (3, "Consequences"), (3, "Confirmation"),
    (2, "Pros and Cons of the Options"), (3, "Go on without it"), (2, "More Information"),
]  # fmt: skip


@given(CONTENTS)
def test_decision_records(contents: Contents) -> None:
    files = render("madr", contents)
    assert len(files) == len(contents.patterns)
    numbers = sorted(int(path[:4]) for path in files)
    assert numbers == list(range(1, len(files) + 1))
    for (path, text), detail in zip(files.items(), contents.patterns, strict=True):
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path)
        header, body = parted(text)
        assert header["status"] in {"accepted", "proposed"}
        assert header["date"].isoformat() == "2026-01-05"
        name = safe(detail.entry.pattern.name)
        title, *sections = headings(body)
        assert title == (1, name)
        # In the order of the template, and with those that it asks for.
        assert sections == [one for one in MADR if one in sections]
        assert {MADR[0], MADR[2], MADR[3]} <= set(sections)
        options = body.split("## Considered Options\n\n")[1].split("\n\n")[0]
        tokens = PARSER.parse(options)
        assert [shown(t.content) for t in tokens if t.type == "inline"] == [
            name, "Go on without it",
        ]  # fmt: skip
        assert f'Chosen option: "{safe(inline(detail.entry.pattern.name))}", because ' in body


def test_a_record_keeps_its_number() -> None:
    first = contents_of(make_detail("Beta", slug="beta"), make_detail("Alpha", slug="alpha"))
    assert sorted(render("madr", first)) == ["0001-alpha.md", "0002-beta.md"]
    more = Contents(
        (make_detail("Aardvark", slug="aardvark"), *first.patterns),
        earlier=("docs/0001-alpha.md", "docs/0002-beta.md", "docs/0007-gone.md"),
    )
    assert sorted(render("madr", more)) == ["0001-alpha.md", "0002-beta.md", "0008-aardvark.md"]


@given(CONTENTS)
def test_the_book_has_a_section_for_each_pattern(contents: Contents) -> None:
    text = render("book", contents)[""]
    tokens = PARSER.parse(text)
    sources = [tokens[n + 1].content for n, token in enumerate(tokens) if token.tag == "h2"][::2]
    # As hardwon reads it: what is in a heading is the name, unless emphasis or HTML stands there.
    assert len(sources) == len(contents.patterns)
    raw = [one.entry.pattern.name for one in contents.patterns]
    assert set(sources) <= {safe(one) for name in raw for one in (name, inline(name))}


@pytest.mark.parametrize("text", ["---", "1. \n---", "=== ", "| a |\n|---|", "    code", "- \n---"])
def test_no_text_makes_a_heading_of_its_label(text: str) -> None:
    book = render("book", contents_of(make_detail("Name", texts=(text, text, text))))[""]
    assert [title for level, title in headings(book) if level == 2] == ["Name"]


WORDS = st.lists(
    st.sampled_from(["Retry", "twice", "when a call", "fails.", "100%", "(2025-03-01)", "a_b"]),
    min_size=1, max_size=5,
).map(" ".join)  # fmt: skip


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.lists(WORDS, max_size=3)), max_size=3))
def test_the_book_reads_back(patterns: list[tuple[str, str, str, list[str]]]) -> None:
    made = [
        make_detail(
            f"Pattern {n} {name}",
            texts=(context, f"- {context}\n- {why}", why),
            examples=tuple(dict.fromkeys(examples)),
            code=(Code("python", "example", "x = 1\n", 1),),
            tags=("one", "two"),
            applies_to=("**/*.{py,ts}", "!**/tests/**"),
        )
        for n, (name, context, why, examples) in enumerate(patterns)
    ]
    text = render("book", contents_of(*made))[""]
    read = parse_page(text, "semantic/patterns/book.md").patterns
    for one, detail in zip(read, made, strict=True):
        pattern = detail.entry.pattern
        assert one.name == fold_line(pattern.name)
        assert (one.context, one.pattern, one.why) == (
            pattern.context, pattern.pattern, pattern.why,
        )  # fmt: skip
        assert [e.text for e in one.examples] == [e.text for e in pattern.examples]
        assert [code.text.strip() for code in one.code] == ["x = 1"]
        assert one.tags == pattern.tags
        assert one.applies_to == pattern.applies_to


@given(CONTENTS)
def test_json_has_its_schema(contents: Contents) -> None:
    data = json.loads(render("json", contents)[""])
    jsonschema.validate(data, SCHEMA)
    assert next(iter(data)) == "version"

    def real(text: str | None) -> str | None:
        return re.sub("[\ud800-\udfff]", "\ufffd", text) if text else text

    assert [(one["name"], one["why"]) for one in data["patterns"]] == [
        (real(one.entry.pattern.name), real(one.entry.pattern.why)) for one in contents.patterns
    ]


@given(CONTENTS)
def test_csv_reads_back(contents: Contents) -> None:
    text = render("csv", contents)[""]
    rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    assert tuple(rows[0]) == COLUMNS
    assert all(len(row) == len(COLUMNS) for row in rows)
    read = [dict(zip(COLUMNS, map(taken, row), strict=True)) for row in rows[1:]]
    assert [one["name"] for one in read] == [one.entry.pattern.name for one in contents.patterns]
    for key in ("context", "pattern", "why"):
        expected = [getattr(one.entry.pattern, key) for one in contents.patterns]
        assert [one[key] for one in read] == [fold_text(text or "") for text in expected]


def taken(cell: str) -> str:
    """Return the text of a cell, and that no spreadsheet takes it for a formula."""
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    return cell.removeprefix("'")


@given(CONTENTS)
def test_notes_for_obsidian(contents: Contents) -> None:
    files = render("obsidian", contents)
    assert len({path.casefold() for path in files}) == len(contents.patterns) + 2
    notes = [path for path in files if path not in {BASE, INDEX}]
    for path, detail in zip(notes, contents.patterns, strict=True):
        header, body = parted(files[path])
        assert is_flat(header.values())
        tags = header["tags"]
        assert isinstance(tags, list)
        assert tags[:2] == [TAG, f"confidence/{detail.entry.confidence.lower()}"]
        assert all(re.fullmatch(r"[\w-]+(/[\w-]+)*", one) for one in tags)
        name = detail.entry.pattern.name
        assert path == f"{name}.md" or name in (header["aliases"] or [])
        found = headings(body)
        assert found[0] == (1, safe(name))
        assert all(level == 2 for level, _ in found[1:])


def is_flat(values: Iterable[object]) -> bool:
    return all(
        not isinstance(value, dict)
        and (not isinstance(value, list) or all(isinstance(one, str) for one in value))
        for value in values
    )


@given(TEXTS)
def test_names_of_notes_are_safe(text: str) -> None:
    name = file_name(text)
    assert name
    assert len(name.encode("utf-8")) < 250
    assert not re.search(r'[\\/:*?"<>|#^\[\]\x00-\x1f]', name)
    assert name == name.strip(" .")
    assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("web", "web"), ("#C++", "C"), ("two words", "two-words"), ("2024", None), ("/", None)],
)
def test_tags(text: str, expected: str | None) -> None:
    assert tag(text) == expected


def test_texts_are_shown_as_they_are() -> None:
    text = "Use `select_related`:\n\n- for *keys*\n- for [lists](https://example.org)"
    for name in ("cursor", "madr", "book", "obsidian", "best-practices", "critical-patterns"):
        files = render(name, contents_of(make_detail(texts=("When.", text, "Why."))))
        assert any(contain(text) == text and text in shown for shown in files.values()), name
