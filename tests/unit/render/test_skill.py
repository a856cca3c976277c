"""A workflow as a skill: valid by the specification, whatever the workflow holds."""

from __future__ import annotations

import posixpath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hardwon.markup.blocks import parse_document
from hardwon.markup.checklists import parse_checklist
from hardwon.model.page import Checklist
from hardwon.render.skill import (
    EVIDENCE,
    FILE,
    MAX_DESCRIPTION,
    MAX_LINES,
    WHOLE,
    Skill,
    render_skill,
    render_skills,
    skill_name,
)

TEXT = """\
---
pattern: Count twice
confidence: HIGH
examples: 7
last_reinforced: 2026-02
generated_hash: "intro=1, steps=2"
---

# Count twice

Proven by 7 examples.

## When to use

When a total is **paid out**, as in [the book](../../semantic/patterns/dev-patterns.md#count).

More on that.

## Steps

- [ ] Count once.
- [ ] Count again: `[not](a-link.md)`, [spec](https://example.org/a_(b)), [here](#steps)

```md
[code](stays.md)
```

## Evidence

- Pattern: [Count twice](../../semantic/patterns/dev-patterns.md)
- [Paid twice](../../episodic/code/2026-01-05-paid-twice.md) (2026-01-05)
"""


def workflow(text: str, path: str = "procedural/workflows/count-twice.md") -> Checklist:
    return parse_checklist(parse_document(text), path)


def header(skill: Skill) -> dict[str, object]:
    text = dict(skill.files)[FILE]
    assert text.startswith("---\n")
    data = yaml.safe_load(text.split("\n---\n", 1)[0])
    assert isinstance(data, dict)
    return data


def test_a_workflow_as_a_skill() -> None:
    skill = render_skill(workflow(TEXT))
    assert skill.description == (
        "Use when a total is paid out, as in the book. Count twice. "
        "Steps: Count once; Count again: not, spec, here."
    )
    assert header(skill) == {
        "name": "count-twice",
        "description": skill.description,
        "metadata": {
            "source": "hardwon",
            "workflow": "procedural/workflows/count-twice.md",
            "pattern": "Count twice",
            "confidence": "HIGH",
            "examples": "7",
            "last-reinforced": "2026-02",
        },
    }
    body = dict(skill.files)[FILE].split("\n---\n\n", 1)[1]
    assert body == (
        "# Count twice\n\nProven by 7 examples.\n\n## When to use\n\n"
        "When a total is **paid out**, as in the book (`semantic/patterns/dev-patterns.md`).\n\n"
        "More on that.\n\n## Steps\n\n- [ ] Count once.\n"
        "- [ ] Count again: `[not](a-link.md)`, [spec](https://example.org/a_(b)), [here](#steps)\n"
        "\n```md\n[code](stays.md)\n```\n\n"
        f"Why, and from which experiences: [{EVIDENCE}]({EVIDENCE}).\n"
    )
    assert dict(skill.files)[EVIDENCE] == (
        "# Evidence\n\n"
        "- Pattern: Count twice (`semantic/patterns/dev-patterns.md`)\n"
        "- Paid twice (`episodic/code/2026-01-05-paid-twice.md`) (2026-01-05)\n"
    )


@pytest.mark.parametrize(
    ("when", "begins"),
    [
        ("Before a release goes out", "Use before a release goes out. "),
        ("Use this for e-mail!", "Use this for e-mail! "),
        ("Screens with tables", "Use for: Screens with tables. "),
        ("- when A\n- when B", "Use when A when B. "),
        ("A `List<T>` is copied", "Use for: A List‹T› is copied. "),
    ],
)
def test_description_begins_with_when_to_use_it(when: str, begins: str) -> None:
    skill = render_skill(workflow(f"# T\n\n## When to use\n\n{when}\n\n- [ ] do\n"))
    assert skill.description.startswith(begins)


def test_without_a_when_the_subject_says_it() -> None:
    assert render_skill(workflow("# Ship it\n\n- [ ] do\n")).description == (
        "Use for: Ship it. Steps: do."
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("procedural/checklists/API_Review v2.md", "api-review-v2"),
        ("procedural/workflows/Überprüfung.md", "uberprufung"),
        ("procedural/workflows/claude-code-hooks.md", "agent-code-hooks"),
        ("procedural/workflows/---.md", "untitled"),
        (f"procedural/workflows/{'word-' * 20}end.md", "-".join(["word"] * 13)[:64]),
    ],
)
def test_names_follow_the_rules(path: str, name: str) -> None:
    found = skill_name(workflow("# T\n", path))
    assert found == name.strip("-")
    assert len(found) <= 64


def test_two_of_one_name_are_told_apart() -> None:
    one = workflow("# T\n", f"procedural/checklists/{'x' * 70}.md")
    two = workflow("# T\n", f"procedural/workflows/{'x' * 70}.md")
    names = [skill.name for skill in render_skills([two, one])]
    assert names == ["x" * 64, "x" * 62 + "-2"]


def test_a_long_workflow_keeps_its_steps_and_its_bound() -> None:
    items = "".join(f"- [ ] step {n}\n  because of {n}\n" for n in range(600))
    skill = render_skill(workflow(f"# Long\n\n## Steps\n\n{items}\n## Evidence\n\n- a note\n"))
    text = dict(skill.files)[FILE]
    assert text.count("\n") <= MAX_LINES
    assert "- [ ] step 400 because of 400\n" in text
    assert "more items." in text
    assert f"({WHOLE})" in text
    assert f"({EVIDENCE})" in text
    assert "because of 599" in dict(skill.files)[WHOLE]


def test_what_is_not_seen_is_written_out() -> None:
    skill = render_skill(
        workflow("# T\n\n- [ ] do \u202ethis\U000e0041\n\n## Evidence\n\n\u200bx\n")
    )
    assert "- [ ] do \\u202ethis\\U000e0041\n" in dict(skill.files)[FILE]
    assert "\\u200bx" in dict(skill.files)[EVIDENCE]
    assert all(one.isprintable() for one in skill.description)


@given(st.text(max_size=400), st.text(max_size=60), st.sampled_from([0, 1, 470, 600]))
def test_every_skill_is_valid(body: str, title: str, lines: int) -> None:
    metadata = pytest.importorskip("skills_ref.validator")
    text = f"# {title}\n\n## When to use\n\n{body}\n" + "- [ ] x\n" * lines
    skill = render_skill(workflow(text, f"procedural/workflows/{title.replace('/', '')}.md"))
    assert metadata.validate_metadata(header(skill)) == []
    assert header(skill) == skill.frontmatter
    assert len(skill.description) <= MAX_DESCRIPTION
    assert dict(skill.files)[FILE].count("\n") <= MAX_LINES
    assert skill.files[0][0] == FILE
    for path, _ in skill.files:
        assert posixpath.normpath(path) == path
