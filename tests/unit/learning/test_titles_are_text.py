"""What a title holds is text in the Markdown that learning writes: no tag, link or heading."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from hardwon.markup.text import escape_html, link_text
from memories import learn, note

WORKFLOWS = "procedural/workflows/"


def tokens(text: str) -> list[Token]:
    """Return all tokens of a text behind its front matter, inline ones too."""
    body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
    found: list[Token] = []
    for token in MarkdownIt("commonmark").parse(body):
        found += [token, *(token.children or [])]
    return found


TITLES = [
    "<script>alert(1)</script> in the page",
    "Saw </textarea><img src=x onerror=alert(1)> there",
    "Broken <!-- comment",
    "Click [here](javascript:alert(1)) now",
    "Array[0] was ](javascript:alert(1)) broken",
    "Left [open and ![image",
    "Ends in a backslash \\",
    "Ends in \\](javascript:alert(1))",
    "Code `List[int]` and `<T>` here",
    "Runs `a``b` of ] different ` length",
    "One ` backtick ](javascript:alert(1)) here",
    "See <https://example.org/x> for it",
    "Tag < in the middle, a<b and b>c",
]


@pytest.mark.parametrize("title", TITLES)
def test_title_stays_inside_its_link(title: str) -> None:
    files = {}
    for number in range(1, 6):
        path = f"episodic/code/2026-01-0{number}-note.md"
        files[path] = note(
            title, f"2026-01-0{number}", project=f"P{number}", applied="Escape Output"
        )
    files["episodic/code/2026-01-06-note.md"] = note(
        title, "2026-01-06", project="Q", lesson="One. And two."
    )
    learned = learn(files)
    written = {path: text for path, text in learned.items() if path not in files}
    assert f"{WORKFLOWS}escape-output.md" in written
    for path, text in written.items():
        assert not [t for t in tokens(text) if t.type in {"html_inline", "html_block", "image"}]
        hrefs = [str(t.attrs["href"]) for t in tokens(text) if t.type == "link_open"]
        assert not [href for href in hrefs if "javascript" in href], path
    evidence = tokens(written[f"{WORKFLOWS}escape-output.md"])
    hrefs = [str(t.attrs["href"]) for t in evidence if t.type == "link_open"]
    assert hrefs == [
        "../../semantic/patterns/dev-patterns.md",
        *(f"../../{path}" for path in sorted(files)[:5]),
    ]
    assert learn(learned) == learned


@pytest.mark.parametrize(
    "title", ["Plain, with (brackets) & more", "a < b > c", "x <- y", "5 * 3 * 2", "C:\\dir\\x"]
)
def test_ordinary_title_is_written_as_it_is(title: str) -> None:
    assert link_text(title) == title
    assert escape_html(title) == title


@given(st.text(alphabet="ab[]()<>!\\`/ \n", max_size=30))
@example("\\\\`<`]`")
def test_link_text_never_leaves_its_link(text: str) -> None:
    (inline,) = [t for t in tokens(f"x [{link_text(text)}](target) y") if t.type == "inline"]
    children = inline.children or []
    hrefs = [t.attrs["href"] for t in children if t.type == "link_open"]
    assert hrefs == ["target"]
    assert not [t for t in children if t.type in {"html_inline", "image"}]


@given(st.text(alphabet="ab<>!?/\\` \n", max_size=30))
@example("`\n`<a>`")
def test_no_tag_is_left(text: str) -> None:
    line = " ".join(escape_html(text).split())
    assert not [t for t in tokens(f"x {line}") if t.type.startswith("html")]
