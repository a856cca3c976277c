"""Reviews to render: a small one as people see it, and ones of any text."""

from __future__ import annotations

import unicodedata

from hypothesis import settings
from hypothesis import strategies as st

from hardwon.model.review import Cause, Finding, Fix, Item, ItemKind, Review, Status
from hardwon.model.values import Confidence, Fault

VIEWS = """\
from shop.auth import staff
from shop.models import Order
@staff
def totals(request):
    for order in Order.objects.all():
        yield order.customer.name
"""
TEXTS = {"shop/views.py": VIEWS}

N_PLUS_ONE = Finding(
    pattern="N+1 Query Prevention",
    confidence=Confidence.HIGH,
    status=Status.VIOLATED,
    path="shop/views.py",
    line=5,
    end_line=5,
    evidence="for order in Order.objects.all():",
    message="`customer` is loaded by a query of its own in each round.",
    rule="loop-without-select-related",
    fix=Fix(
        "shop/views.py",
        5,
        18,
        5,
        37,
        "Order.objects.all()",
        'Order.objects.select_related("customer")',
    ),
    column=18,
    end_column=37,
)
BARE_EXCEPT = Finding(
    pattern="Errors are handled",
    confidence=None,
    status=Status.VIOLATED,
    path="shop/mail.py",
    line=12,
    end_line=13,
    evidence="except:",
    message="Catches everything, the end of the program included.",
    rule="bare-except",
)
KEPT = Finding(
    pattern="Structured Error Responses",
    confidence=Confidence.HIGH,
    status=Status.FOLLOWED,
    path="shop/api.py",
    line=40,
    end_line=40,
    evidence='return error("not_found")',
    message="Keeps to the structure.",
    rule="error-helper",
)
INDEX = Item(
    "Foreign Key Indexes",
    Confidence.HIGH,
    ItemKind.VERIFY,
    "Has each new foreign key an index?",
    Status.TO_CHECK,
    (Cause("adds `ForeignKey`", "shop/models.py", 4, "identifier"),),
)
REVIEW = Review(
    base="HEAD",
    files=("shop/models.py", "shop/views.py", "shop/mail.py", "shop/api.py"),
    findings=(BARE_EXCEPT, N_PLUS_ONE, KEPT),
    checklist=(
        INDEX,
        Item(
            "Retry with Backoff",
            Confidence.MEDIUM,
            ItemKind.CONSIDER,
            "Is the call repeated with growing pauses?",
            Status.TO_CHECK,
            (Cause("calls `send`", "shop/mail.py", 11, "identifier"),),
        ),
        Item(
            "Feature Flags with an End Date",
            Confidence.LOW,
            ItemKind.VALIDATE,
            "Does this still hold?",
            Status.TO_CHECK,
            (Cause("adds `flag`", "shop/views.py", 2, "text"),),
        ),
        Item(
            "Releases",
            None,
            ItemKind.CHECKLIST,
            "Is the changelog written?",
            Status.FOLLOWED,
            (Cause("changes the file", "shop/api.py", None, "glob"),),
        ),
        Item(
            "Races",
            None,
            ItemKind.BUILTIN,
            "Can two requests get in each other's way?",
            Status.TO_CHECK,
            (Cause("writes `balance`", "shop/models.py", 9, "identifier"),),
        ),
    ),
    unread=(Fault("binary", "logo.png", 1, "binary file"),),
    faults=(Fault("detector", "semantic/patterns/dev-patterns.md", 88, "no such language"),),
    commit="0123456789abcdef0123456789abcdef01234567",
)
EMPTY = Review(base="HEAD", files=("README.md",), findings=(), checklist=())

# What some format or program obeys, beside any text at all.
_HOSTILE = st.sampled_from(
    [
        "@everyone", "#12", "!12", "GH-7", "a`b``c", "```", "````\n# Forged", "|", "<script>",
        "<!-- x -->", "[a](javascript:x)", "![](https://x.example/y.png)", "https://x.example",
        "www.x.example", "\n::error file=a::forged", "::stop-commands::x", "%0A::error::x", "%",
        ",line=1", "\r", "\x1b]0;x\x07", "\u202e", "\u2028", "\ud800", "\x00", "\\", "{", "*b*",
        "a: b", "- [ ] x", "\n\n- [x] done", "\n/close", "&lt;", "&#64;a", "$(x)", "'; x", "~~~",
        "a@x.example", "&amp;", "\ufdd0" "31\ufdd1", "\U000e0041", "word " * 300,
    ]
)  # fmt: skip
TEXT = st.lists(st.text(max_size=12) | _HOSTILE, max_size=4).map("".join)
_LINE = st.integers(1, 40)
_STATUS = st.sampled_from(list(Status))
_CONFIDENCE = st.none() | st.sampled_from(list(Confidence))
_FIX = st.builds(Fix, TEXT, _LINE, _LINE, _LINE, _LINE, TEXT, TEXT)
FINDING = st.builds(
    Finding, TEXT, _CONFIDENCE, _STATUS, TEXT, _LINE, _LINE, TEXT, TEXT, TEXT,
    st.none() | _FIX, _LINE, st.none() | _LINE,
)  # fmt: skip
_CAUSE = st.builds(Cause, TEXT, TEXT, st.none() | _LINE, TEXT)
ITEM = st.builds(
    Item, TEXT, _CONFIDENCE, st.sampled_from(list(ItemKind)), TEXT, _STATUS,
    st.lists(_CAUSE, min_size=1, max_size=5).map(tuple),
)  # fmt: skip
_FAULT = st.builds(Fault, TEXT, TEXT, st.integers(0, 9), TEXT)
REVIEWS = st.builds(
    Review,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(FINDING, max_size=4).map(tuple),
    st.lists(ITEM, max_size=4).map(tuple),
    st.lists(_FAULT, max_size=2).map(tuple),
    st.lists(_FAULT, max_size=2).map(tuple),
    st.none() | st.just("a" * 40),
)


FEW = settings(max_examples=30)
"""Whole reviews are slow to make."""


def hidden(text: str) -> set[str]:
    """Return the characters of `text` that are not seen or that a terminal obeys."""
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {c for c in text if unicodedata.category(c) in kinds} - set("\n\u200c\u200d")
