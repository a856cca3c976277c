"""The files that the formats come from: each reader finds what they hold, no more."""

from __future__ import annotations

from conftest import SEEDS, needs_seeds
from foreign import read_foreign
from hardwon.markup.text import repair_mojibake
from hardwon.model.foreign import Found, FoundKind

pytestmark = needs_seeds


def seed(name: str) -> tuple[str | None, list[Found]]:
    """Return family and findings of a seed; its mojibake is repaired before it is read."""
    text = repair_mojibake((SEEDS / name).read_bytes().decode("utf-8"))
    foreign = read_foreign(name, text)
    return (foreign.family, list(foreign.found)) if foreign is not None else (None, [])


def test_reference_skill_holds_the_sections_with_code() -> None:
    family, found = seed("codex-patterns.SKILL.md")
    assert family == "reference skill"
    assert {one.kind for one in found} == {FoundKind.PATTERN}
    assert [(one.title, one.line, dict(one.parts)["Section"]) for one in found] == [
        ("Multi-Tenant Architecture Patterns", 47, "Development Patterns"),
        ("Performance Optimization Patterns", 99, "Development Patterns"),
        ("Security Implementation Patterns", 150, "Development Patterns"),
        ("API Integration Patterns", 213, "Development Patterns"),
        ("Testing Patterns", 280, "Development Patterns"),
        ("Structured Error Handling", 358, "Error Handling Patterns"),
        ("Resilience Patterns", 389, "Error Handling Patterns"),
        ("Metrics Collection", 420, "Monitoring and Observability"),
        ("Health Check Patterns", 453, "Monitoring and Observability"),
    ]
    first = dict(found[0].parts)
    assert first["Pattern"] == (
        "- Tenant Isolation Implementation\n- Database Pattern Optimization"
    )
    assert first["Code example"].count("```typescript") == 2
    assert dict(found[5].parts)["Pattern"] == "Codex-preferred error handling pattern"


def test_command_holds_its_outline_as_a_workflow() -> None:
    family, found = seed("system-design.command.md")
    assert family == "slash command"
    assert [(one.kind, one.title, one.line) for one in found] == [
        (FoundKind.WORKFLOW, "Codex System Design Generator", 12)
    ]
    lines = found[0].body.split("\n")
    assert [line for line in lines if line.startswith("- [ ] ")] == [
        "- [ ] Architecture Blueprint",
        "- [ ] Implementation Code",
        "- [ ] Infrastructure as Code",
        "- [ ] API Gateway Configuration",
        "- [ ] Database Migrations",
        "- [ ] Monitoring & Observability",
    ]
    assert [line for line in lines if line.startswith("  - [ ] ")] == [
        "  - [ ] Service definitions",
        "  - [ ] API contracts",
        "  - [ ] Database schemas",
        "  - [ ] Message queue setup",
        "  - [ ] Cache layers",
        "  - [ ] Load balancing",
        "  - [ ] Service mesh configuration",
    ]
    assert "  class UserService:" in lines


def test_reviewer_holds_its_checklist_and_the_structure_of_its_answer() -> None:
    family, found = seed("reviewer.prompt.md")
    assert family == "review checklist"
    assert [(one.kind, one.title, one.line) for one in found] == [
        (FoundKind.CHECKLIST, "Review Checklist", 61),
        (FoundKind.WORKFLOW, "Response Structure", 75),
    ]
    assert [line for line in found[0].body.split("\n") if line.startswith("- [ ] ")] == [
        "- [ ] Input validation and sanitization",
        "- [ ] SQL injection / command injection prevention",
        "- [ ] Proper error handling with meaningful messages",
        "- [ ] Database query efficiency (N+1 problems, missing indexes)",
        "- [ ] Race conditions and concurrency issues",
        "- [ ] Secrets/credentials not hardcoded",
        "- [ ] Logging without sensitive data exposure",
        "- [ ] API response format consistency",
    ]
    assert found[1].body.split("\n") == [
        "- [ ] **Analysis** - Brief assessment of the task/code",
        "- [ ] **Architecture Decision** - Key design choices with rationale",
        "- [ ] **Implementation** - Unified Diff Patch",
        "- [ ] **Considerations** - Performance, security, scaling notes",
    ]


def test_architecture_holds_the_patterns_that_it_names() -> None:
    family, found = seed("architecture.md")
    assert family == "architecture document"
    assert [(one.title, *(text for _, text in reversed(one.parts))) for one in found] == [
        ("Compound Components", "Flexible component APIs", "Frontend Patterns"),
        ("Render Props", "Logic sharing", "Frontend Patterns"),
        ("Custom Hooks", "Stateful logic extraction", "Frontend Patterns"),
        ("Error Boundaries", "Graceful error handling", "Frontend Patterns"),
        ("Repository Pattern", "Data access abstraction", "Backend Patterns"),
        ("Service Layer", "Business logic encapsulation", "Backend Patterns"),
        ("Middleware Pattern", "Cross-cutting concerns", "Backend Patterns"),
        ("Event Sourcing", "Audit trail and replay", "Backend Patterns"),
        ("API Gateway", "Centralized routing", "Integration Patterns"),
        ("Circuit Breaker", "Fault tolerance", "Integration Patterns"),
        ("Retry Pattern", "Resilient operations", "Integration Patterns"),
        ("Bulkhead Pattern", "Resource isolation", "Integration Patterns"),
    ]
    assert [one.line for one in found][:5] == [198, 199, 200, 201, 204]


def test_pattern_book_is_left_to_its_own_reader() -> None:
    assert seed("dev-patterns.md") == (None, [])
