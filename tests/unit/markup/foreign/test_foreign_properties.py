"""What holds for every text, whoever wrote it and whatever its name is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import PROJECT
from foreign import READERS, Reader
from hardwon.markup.blocks import parse_document
from hardwon.markup.checklists import parse_checklist
from hardwon.markup.foreign.sections import read_outline
from hardwon.markup.text import split_lines
from hardwon.model.foreign import FoundKind
from hostile import SHAPES
from reading import read_cases

PATHS = (
    "AGENTS.md",
    ".cursor/rules/a.mdc",
    ".cursorrules",
    ".serena/memories/task_completion.md",
    ".claude/projects/p/memory/MEMORY.md",
    ".ai-memory/memory-store/rules/a.md",
    "docs/adr/0001-a.md",
    "notes/a.md",
    ".claude/skills/a/SKILL.md",
    ".claude/commands/a.md",
    ".claude/agents/a.md",
    "docs/architecture.md",
    "docs/review.md",
)
CASES = [
    case
    for file in sorted((PROJECT / "tests" / "cases" / "foreign").glob("*.md"))
    for case in read_cases(file)
]
# Far above what any of them takes here, far below what a mistake costs.
SECONDS = 10

OTHERS = (
    "---|```|````|```python|<!--|-->|- [ ] x|- [x] y|1. Step|# |##|> - Never|\t- Use it|"
    "### Step 1: a|"
    "## Phase 2|- **a** (90%)|- [x](y) must|- **Name** - text|## Patterns|❌ Bad:|====="
).split("|")
# Lines of the cases, mixed anew, with what opens, closes and hides in Markdown.
lines = st.sampled_from(
    [
        *sorted({line for case in CASES for line in case.text.split("\n")}),
        *OTHERS,
        "| a | b |",
        "|---|---|",
        "\u2028",
        "\x00",
    ]
)
mixed = st.lists(lines, max_size=25).map("\n".join)


def header_of(text: str) -> str:
    """Return the front matter of a case, with its fences."""
    return "".join(split_lines(text)[: parse_document(text).header.lines])


# A path and a text: those of a case with its lines mixed, or any.
files = st.one_of(
    st.builds(
        lambda case, text: (case.path, header_of(case.text) + text), st.sampled_from(CASES), mixed
    ),
    st.tuples(st.sampled_from(PATHS), st.one_of(mixed, st.text(max_size=80))),
)


@given(file=files, read=st.sampled_from(READERS))
def test_what_is_found_lies_in_the_file_and_has_a_name(file: tuple[str, str], read: Reader) -> None:
    path, text = file
    foreign = read(path, text)
    read_outline.cache_clear()
    assert read(path, text) == foreign
    if foreign is None:
        return
    last = max(1, len(split_lines(text)))
    found_lines = [one.line for one in foreign.found]
    assert found_lines == sorted(found_lines)
    for one in foreign.found:
        assert 1 <= one.line <= last
        assert one.title
        assert one.title == " ".join(one.title.split())
        assert len(one.title) <= 300
        assert all(label.strip() and text.strip() for label, text in one.parts)
        assert len(dict(one.parts)) == len(one.parts)
        assert all(name and words for name, words in one.scores)
        assert all(tag.strip() for tag in one.tags)
        assert not any("\n" in example for example in one.examples)
        if one.kind is FoundKind.PATTERN:
            assert "Pattern" in dict(one.parts)
        elif one.kind is FoundKind.CHECKLIST:
            items = parse_checklist(parse_document(f"# A\n\n{one.body}\n"), "a.md").items
            assert len(items) > 1


def seconds_of(text: str, paths: tuple[str, ...] = PATHS) -> float:
    """Return the processor time that all readers take under all `paths` together."""
    start = time.process_time()
    for path in paths:
        for read in READERS:
            read(path, text)
    return time.process_time() - start


@pytest.mark.parametrize("size", [200, pytest.param(6_000, marks=pytest.mark.slow)])
def test_no_text_takes_long(size: int) -> None:
    for shape in SHAPES:
        if shape.data is not None and not shape.unread:
            text = shape.content(size).decode("utf-8", "surrogateescape")
            assert seconds_of(text) < SECONDS, shape.name


@pytest.mark.parametrize("size", [10_000, pytest.param(300_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "line",
    [
        "- Never do this <!-- or that -->",
        "- [ ] check it <!-- twice -->",
        "### Step 1: a\n\n1. b\n2. c\n3. d",
        "### Name\n\n```python\nx = 1 # <!-- y -->\n```",
        "- [rule] text #tag",
        "- **Name** - text",
    ],
)
def test_time_grows_with_the_text_alone(line: str, size: int) -> None:
    head = "---\nname: a\ndescription: b\npermalink: c\n---\n# Patterns\n\n"
    text = head + f"{line}\n" * (size // len(line))
    paths = ("AGENTS.md", "SKILL.md", "commands/a.md", "docs/architecture.md", "a.md")
    assert seconds_of(text, paths) < SECONDS
