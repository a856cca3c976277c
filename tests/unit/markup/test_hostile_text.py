"""Text made to break a reader costs no crash and little time."""

from __future__ import annotations

import itertools
import time

import pytest

from hardwon.markup.pages import parse_page
from hardwon.markup.text import has_mojibake, repair_mojibake

# Far above what any of them takes here (a second at most), far below what a mistake costs.
SECONDS = 20
NAMES = "abcdefghijklmnopqrst"
BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in itertools.pairwise(NAMES)
)
FIELDS = "**Confidence:** LOW\n**Pattern:** Do it.\n"
DIGITS = "9" * 5000

HOSTILE = {
    "nested quotes": ">" * 20_000 + " x\n",
    "nested lists": "- " * 20_000 + "x\n",
    "nested numbered lists": "1. " * 20_000 + "x\n",
    "indented lists": "".join(f"{'  ' * depth}- x\n" for depth in range(1500)),
    "brackets": "# " + "[" * 20_000 + "\n" + FIELDS,
    "wikilinks": "# a\n" + "[[" * 20_000 + "\n",
    "links": "# a\n" + "[a](" * 20_000 + "\n",
    "parentheses": "# a " + "(" * 20_000 + "\n" + FIELDS,
    "stars": "**" * 20_000 + "\n",
    "backticks": "".join("`" * n + " " for n in range(300)),
    "comments": "<!--" * 20_000,
    "digits": f"# {DIGITS}\n**Time saved:** {DIGITS}{DIGITS} minutes\n**Uses:** {DIGITS}\n{FIELDS}",
    "dates": "# " + "2025-" * 10_000 + "\n",
    "related names": "# a\n**Related:** " + "a, (" * 10_000 + "\n" + FIELDS,
    "spaces": "# a" + " " * 20_000 + "b" + " " * 20_000 + "(90%\n" + FIELDS,
    "headings": "# a\n## b\n### c\n#### d\n##### e\n###### f\n" * 1500,
    "fields": "# a\n" + "**X:** y\n" * 10_000,
    "alias bomb": f"---\na: &a [x]\n{BOMB}---\n# x\n",
    "deep YAML": f"---\na: {'[' * 20_000}\n---\nx\n",
    "deep closed YAML": f"---\na: {'[' * 5000}{']' * 5000}\n---\nx\n",
    "many keys": "---\n" + "a: b\n" * 10_000 + "---\nx\n",
    "numbers in YAML": f"---\nuses: {DIGITS}\nconfidence: {DIGITS}\nexamples: {DIGITS}\n---\nx\n",
    "totals": f"# a\n{FIELDS}\n**Total Patterns:** {DIGITS}\n"
    f"**Confidence Breakdown:**\n- LOW: {DIGITS}\n",
}
PATHS = ["semantic/a.md", "learned/a.md", "episodic/code/a.md", "procedural/workflows/a.md"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", HOSTILE)
def test_costs_little(name: str, path: str) -> None:
    start = time.perf_counter()
    page = parse_page(HOSTILE[name], path)
    assert time.perf_counter() - start < SECONDS
    assert page.path == path


def test_a_bomb_is_cut_off_and_the_note_is_read() -> None:
    (note,) = parse_page(HOSTILE["alias bomb"], "episodic/a.md").experiences
    assert note.title == "x"


def test_a_header_too_deep_is_a_fault_and_the_note_is_read() -> None:
    page = parse_page("---\na: " + "[" * 5000 + "]" * 5000 + "\n---\n# Title\n", "episodic/a.md")
    assert [(fault.code, fault.line) for fault in page.faults] == [("broken-header", 2)]
    assert page.experiences[0].title == "Title"


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
