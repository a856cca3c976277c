"""Text made to break a reader costs no crash and little time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from hardwon.actions.documents import documents_of
from hardwon.markup.pages import parse_page
from hardwon.markup.text import has_mojibake, repair_mojibake, split_lines
from hardwon.model.page import Page
from hostile import SHAPES

# Far above what any of them takes here, far below what a mistake costs.
SECONDS = 10
PATHS = ["semantic/a.md", "learned/a.md", "episodic/code/a.md", "procedural/workflows/a.md"]
SMALL, LARGE = 1_000, 45_000  # a little more would be read by a worker


def texts(size: int) -> dict[str, str]:
    """Return every hostile text at about `size` characters, by name."""
    found = {s.name: s.content(size) for s in SHAPES if s.data is not None and not s.unread}
    return {name: data.decode("utf-8", "surrogateescape") for name, data in found.items()}


def seconds_of(text: str, path: str) -> float:
    """Return the processor time that reading takes; and see that every line lies in the text."""
    start = time.process_time()
    page = parse_page(text, path)
    list(documents_of(page))
    seconds = time.process_time() - start
    last = len(split_lines(text)) + 1
    assert page.path == path
    assert all(1 <= line <= last for line in lines_of(page))
    return seconds


def lines_of(page: Page) -> Iterator[int]:
    """Yield every line that a page names, the ends of spans among them."""
    yield from (fault.line for fault in page.faults)
    for pattern in page.patterns:
        yield from (pattern.line, pattern.span.start, pattern.span.end - 1)
        for field in pattern.fields:
            yield from (field.line, field.value_line, field.span.start, field.span.end - 1)
        for example in (*pattern.examples, *pattern.counter_examples):
            yield from (example.line, example.span.start, example.span.end - 1)
    for note in page.experiences:
        yield from (note.line, note.span.start, note.date_line or 1)
        yield from (item.line for item in (*note.lessons, *note.patterns))
    if page.checklist is not None:
        yield from (page.checklist.line, *(item.line for item in page.checklist.items))


def test_every_shape_is_read() -> None:
    for shape in SHAPES:
        if shape.data is not None and not shape.unread:
            text = shape.content(SMALL).decode("utf-8", "surrogateescape")
            path = shape.path.decode("utf-8", "surrogateescape")
            assert seconds_of(text, path) < SECONDS, shape.name


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_what_is_read_without_a_worker_costs_little(path: str) -> None:
    for name, text in texts(LARGE).items():
        assert seconds_of(text, path) < SECONDS, (name, path)


def test_a_bomb_is_cut_off_and_the_note_is_read() -> None:
    (note,) = parse_page(texts(SMALL)["yaml: alias bomb"], "episodic/a.md").experiences
    assert note.title == "Odd header"


def test_a_header_too_deep_is_a_fault_and_the_note_is_read() -> None:
    page = parse_page("---\na: " + "[" * 5000 + "]" * 5000 + "\n---\n# Title\n", "episodic/a.md")
    assert [(fault.code, fault.line) for fault in page.faults] == [("broken-header", 2)]
    assert page.experiences[0].title == "Title"


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        ("a: " + "[" * 100_000, 2),
        ("a: x\nb: " + "[" * 51, 3),
        ("a: x\nb:\n  " + "- " * 50_000 + "x", 4),
        ("".join(" " * depth + "a:\n" for depth in range(60)), 52),
    ],
)
def test_yaml_too_deep_never_reaches_the_reader_in_c(yaml: str, line: int) -> None:
    page = parse_page(f"---\n{yaml}\n---\n# Title\n", "episodic/a.md")
    assert [(f.code, f.line, "too deeply" in f.message) for f in page.faults] == [
        ("broken-header", line, True)
    ]
    assert page.experiences[0].title == "Title"


def test_yaml_less_deep_is_read_however_many_brackets_it_holds() -> None:
    tags = ", ".join(f"[t{n}]" for n in range(60))
    page = parse_page(f"---\ntags: [{tags}]\n---\n# Title\n", "episodic/a.md")
    assert page.faults == ()
    assert len(page.experiences[0].tags) == 60


def test_a_header_too_long_is_a_fault_and_the_note_is_read() -> None:
    page = parse_page("---\n" + "a: b\n" * 60_000 + "---\n# Title\n", "episodic/a.md")
    assert [(f.code, f.line) for f in page.faults] == [("broken-header", 1)]
    assert page.experiences[0].title == "Title"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("> " * 100 + "x\n\n# H\n", 1),
        ("x\n\n" + "- " * 50 + "x\n\n# H\n", 3),
        ("".join("  " * depth + "- x\n" for depth in range(60)) + "\n# H\n", 50),
    ],
)
def test_a_text_nested_too_deeply_is_a_fault_with_its_line(text: str, line: int) -> None:
    page = parse_page(text, "episodic/a.md")
    assert [(f.code, f.line) for f in page.faults] == [("too-nested", line)]
    assert page.experiences == ()


@pytest.mark.parametrize(
    "text", ["> " * 99 + "x\n\n# H\n", "".join("  " * n + "- x\n" for n in range(49)) + "\n# H\n"]
)
def test_what_stands_behind_a_deep_list_is_read(text: str) -> None:
    assert parse_page(text, "episodic/a.md").experiences[0].title == "H"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\na: b\n---\n---\nc: d\n---\nx\n", 4),
        ("---\na: b\n---\n\n---\nc: d\ne:\n  - f\n---\nx\n", 5),
        ("---\na: b\n---\n\n---\n\nc: d\n\n---\n", None),
        ("---\na: b\n---\n\n---\nText.\n\n---\n", None),
        ("---\na: b\n---\n\n---\nc: d\n", None),
        ("---\na: b\n---\n\nText.\n\n---\nc: d\n---\n", None),
    ],
)
def test_a_second_header_is_one_directly_behind_the_first(text: str, line: int | None) -> None:
    faults = [(f.code, f.line) for f in parse_page(text, "episodic/a.md").faults]
    assert faults == ([("two-headers", line)] if line else [])


PROPER = [
    "L’été, « à la plage » — où ça ?", "Größe, Übung, Ärger, ß", "SÃO JOÃO", "Âge, Êtes-vous Ç’a",
    "日本語と中文", "naïve façade, œuvre, Ŵ", "Łódź, Příliš žluťoučký kůň", "Ελληνικά Привет שלום",
    "“kârâ” ‘x’ … – —", "5 °C ± 2 µm © ® ™ €", "`â€™` in code",
]  # fmt: skip


@pytest.mark.parametrize("text", PROPER)
def test_proper_letters_are_no_mojibake(text: str) -> None:
    assert not has_mojibake(text)


@pytest.mark.parametrize("text", ["It’s", "Größe", "déjà vu", "a → b", "🎯 Goal", "“quoted”…"])
def test_letters_read_in_the_wrong_encoding_are_noticed_and_repaired(text: str) -> None:
    garbled = text.encode().decode("cp1252", errors="ignore")
    if garbled.encode("cp1252", errors="ignore") == text.encode():
        assert repair_mojibake(garbled) == text
    assert has_mojibake(garbled)


def test_emoji_read_as_turkish_are_noticed_and_repaired() -> None:
    garbled = "🔧 Core".encode().decode("cp1254")
    assert has_mojibake(garbled)
    assert repair_mojibake(garbled) == "🔧 Core"
