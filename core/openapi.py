"""What the OpenAPI schema says of refusals, and does not say of screens."""

from typing import Any

from core.api import CONTENT_TYPE

PROBLEM = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "example": "urn:lamplighter:problem:wrong_state"},
        "title": {"type": "string", "description": "the status in words"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what was refused and what to do about it"},
        "code": {"type": "string", "description": "the kind of refusal, for programs"},
        "details": {
            "type": "object",
            "additionalProperties": True,
            "description": "the refusal as data; of an invalid body, the `fields` and what is wrong",
        },
    },
}


def with_problems(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """Add the problem to the schema, and to every operation as what it answers otherwise.

    Titles of properties repeat their names: they are left out.
    """
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    refused = {
        "description": "Refused",
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result.get("paths", {}).values():
        for operation in path.values():
            operation["responses"].setdefault("default", refused)
    for schema in result["components"]["schemas"].values():
        for told in schema.get("properties", {}).values():
            if schema is not PROBLEM:
                told.pop("title", None)  # the screens' word for a field, in whatever language
    return result
