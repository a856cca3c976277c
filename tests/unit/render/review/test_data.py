"""The JSON of a review is a contract: it is compared whole."""

from __future__ import annotations

import json
from dataclasses import replace

from hardwon.render.review.data import review_data
from reviews import EMPTY, INDEX, N_PLUS_ONE


def test_contract() -> None:
    review = replace(EMPTY, findings=(N_PLUS_ONE,), checklist=(INDEX,))
    assert list(review_data(review).items()) == [
        ("base", "HEAD"),
        ("commit", None),
        ("files", ["README.md"]),
        (
            "findings",
            [
                {
                    "pattern": "N+1 Query Prevention",
                    "confidence": "HIGH",
                    "status": "violated",
                    "path": "shop/views.py",
                    "line": 5,
                    "column": 18,
                    "end_line": 5,
                    "end_column": 37,
                    "evidence": "for order in Order.objects.all():",
                    "message": "`customer` is loaded by a query of its own in each round.",
                    "rule": "loop-without-select-related",
                    "fix": {
                        "path": "shop/views.py",
                        "line": 5,
                        "column": 18,
                        "end_line": 5,
                        "end_column": 37,
                        "old": "Order.objects.all()",
                        "new": 'Order.objects.select_related("customer")',
                    },
                }
            ],
        ),
        (
            "checklist",
            [
                {
                    "pattern": "Foreign Key Indexes",
                    "confidence": "HIGH",
                    "kind": "verify",
                    "item": "Has each new foreign key an index?",
                    "status": "to_check",
                    "causes": [
                        {
                            "text": "adds `ForeignKey`",
                            "path": "shop/models.py",
                            "line": 4,
                            "signal": "identifier",
                        }
                    ],
                }
            ],
        ),
        ("unread", []),
        ("faults", []),
    ]


def test_a_fix_that_holds_a_credential_is_not_given() -> None:
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    assert N_PLUS_ONE.fix is not None
    finding = replace(N_PLUS_ONE, fix=replace(N_PLUS_ONE.fix, old=f'key = "{secret}"'))
    text = json.dumps(review_data(replace(EMPTY, findings=(finding,))))
    assert secret not in text
    assert '"fix": null' in text
