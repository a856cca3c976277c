"""Schemas of two formats whose owners ship none as a package: ours, after their documentation.

They are stricter than the formats: a key that hardwon does not mean to write is a mistake.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string", "minLength": 1}
_NUMBER = {"type": "integer", "minimum": 1}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


# GitLab's page on Code Quality, "Code Quality report format": an array of these, in one file,
# paths relative and without `./`.
GITLAB = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "items": _object(
        {
            "description": _TEXT,
            "check_name": _TEXT,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": _object(
                {
                    "path": {"type": "string"},
                    "lines": _object({"begin": _NUMBER}, end=_NUMBER),
                }
            ),
        }
    ),
}

# proto/rdf/reviewdog.proto in reviewdog: message DiagnosticResult, in JSON.
_POSITION = _object({"line": _NUMBER}, column=_NUMBER)
_RANGE = _object({"start": _POSITION}, end=_POSITION)
_SEVERITY = {"enum": ["ERROR", "WARNING", "INFO"]}
RDJSON = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        {
            "source": _object({"name": _TEXT}, url=_TEXT),
            "diagnostics": {
                "type": "array",
                "items": _object(
                    {
                        "message": _TEXT,
                        "location": _object({"path": {"type": "string"}}, range=_RANGE),
                        "severity": _SEVERITY,
                    },
                    code=_object({"value": {"type": "string"}}, url=_TEXT),
                    suggestions={
                        "type": "array",
                        "items": _object({"range": _RANGE, "text": {"type": "string"}}),
                    },
                ),
            },
        }
    ),
}
