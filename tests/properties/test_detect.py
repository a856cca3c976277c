"""What holds of detectors whatever the code, the changed lines and the order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors import RELATIONS, detectors_of, pattern_of, violating
from hardwon.review.detect import facts_of, find, gather

_LINES = (
    "for order in orders:",
    "    print(order.customer.name)",
    "    print(order.customer.name, order.item.size)",
    "    f(order.customer)",
    "customer = models.ForeignKey(Customer)",
    "item = models.ForeignKey(",
    "    Item)",
    "f(a, f(b))",
    "'''",
    "# f(a)",
    "",
)
_FENCES = (
    RELATIONS,
    RELATIONS.replace("violates", "applies").replace("id: loop", "id: ask"),
    violating("f($$$A)", message="$$$A", fix="g($$$A)"),
    violating("f($A)", at="A"),
    violating("print($$$A)"),
    "role: follows\nlanguage: python\nrule: {kind: call}\n",
)
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=12).map("\n".join)
_FILES = st.dictionaries(st.sampled_from(["a.py", "app/models.py", "b/c.py"]), _TEXTS, max_size=3)
_CHANGED = st.dictionaries(
    st.sampled_from(["a.py", "app/models.py", "b/c.py"]), st.sets(st.integers(1, 12)), max_size=3
)


@given(_FILES, _CHANGED)
@settings(max_examples=60)
def test_a_match_stands_on_a_changed_line(
    texts: dict[str, str], changed: dict[str, set[int]]
) -> None:
    found = find(texts, detectors_of(*_FENCES), None, changed)
    assert not found.faults
    for match in found.matches:
        assert match.line in changed[match.path]
        assert match.line <= match.end_line <= texts[match.path].count("\n") + 1
        assert match.evidence == texts[match.path].split("\n")[match.line - 1].strip()


@given(_FILES, _CHANGED, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_no_order_matters(texts: dict[str, str], changed: dict[str, set[int]], order) -> None:  # type: ignore[no-untyped-def]
    detectors = list(detectors_of(*_FENCES))
    other = order.sample(detectors, len(detectors))
    turned = dict(order.sample(list(texts.items()), len(texts)))
    assert find(texts, detectors, {}, changed) == find(turned, other, {}, changed)
    assert facts_of(gather(texts.items(), detectors)) == facts_of(gather(turned.items(), other))


@given(_FILES, _CHANGED)
@settings(max_examples=60)
def test_all_lines_changed_is_no_line_left_out(
    texts: dict[str, str], changed: dict[str, set[int]]
) -> None:
    detectors = detectors_of(*_FENCES)
    everything = {path: range(1, text.count("\n") + 2) for path, text in texts.items()}
    assert find(texts, detectors) == find(texts, detectors, None, everything)
    of_all = {(m.path, m.detector.id) for m in find(texts, detectors).matches}
    of_some = {(m.path, m.detector.id) for m in find(texts, detectors, None, changed).matches}
    assert of_some <= of_all


@given(_FILES)
@settings(max_examples=40)
def test_a_file_with_facts_may_as_well_be_in_the_rest_of_the_checkout(
    texts: dict[str, str],
) -> None:
    detectors = detectors_of(RELATIONS)
    code = {path: text for path, text in texts.items() if path != "app/models.py"}
    rest = ((path, text) for path, text in texts.items() if path == "app/models.py")
    facts = facts_of(gather(rest, detectors))
    together = [m for m in find(texts, detectors).matches if m.path in code]
    assert tuple(together) == find(code, detectors, facts).matches


@given(st.text(max_size=300))
@settings(max_examples=300)
def test_no_yaml_breaks_the_reader(text: str) -> None:
    pattern = pattern_of("role: violates\n" + text.replace("`", ""))
    assert pattern.detectors or pattern.faults
