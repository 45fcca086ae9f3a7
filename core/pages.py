"""Lists page by page: by key, never by offset, so that a page stays true while rows are added."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import models
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.errors import Invalid

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
_LONGEST_CURSOR = 1000


class InvalidCursor(Invalid):
    """'cursor' is not one that this list gave; start again without it, or follow 'next'."""

    zh = "cursor 不是本列表给出的；请去掉它重新开始，或使用 next 中的地址。"


class InvalidLimit(Invalid):
    """'limit' must be a whole number from 1 to {max}, not '{limit}'."""

    zh = "limit 必须是 1 到 {max} 之间的整数，不能是“{limit}”。"


@dataclass(frozen=True)
class Page:
    """Some rows, and where the next ones begin (None: there are no more)."""

    rows: list[Any]
    next_cursor: str | None


def page_of(
    queryset: models.QuerySet[Any], *, key: Sequence[str], cursor: str = "", limit: int
) -> Page:
    """One page of a queryset in the order of `key`.

    `key` names fields or annotations that are never null, all ascending or all descending (`-`),
    the last of them unique within the queryset; an index on them makes every page equally fast.
    Raises InvalidCursor.
    """
    fields = [_field(queryset, name) for name in key]
    descending = key[0].startswith("-")
    if any(name.startswith("-") != descending for name in key):
        raise ImproperlyConfigured(f"{key} is no key: all ascending or all descending")
    rows = queryset.order_by(*key)
    if cursor:
        names = [name.removeprefix("-") for name in key]
        beyond = TupleLessThan if descending else TupleGreaterThan
        rows = rows.filter(beyond(Tuple(*names), _read_cursor(cursor, key, fields)))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = [
        getattr(found[limit - 1], _attribute(field, name))
        for field, name in zip(fields, key, strict=True)
    ]
    return Page(found[:limit], _write_cursor(key, last))


def _field(queryset: models.QuerySet[Any], name: str) -> Any:
    name = name.removeprefix("-")
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    meta = queryset.model._meta
    return meta.pk if name == "pk" else meta.get_field(name)


def _attribute(field: Any, name: str) -> str:
    """Where a row holds the value: a field says so itself, an annotation goes by its name."""
    return getattr(field, "attname", None) or name.removeprefix("-")


def _write_cursor(key: Sequence[str], values: list[Any]) -> str:
    text = json.dumps([list(key), values], default=str, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, key: Sequence[str], fields: Sequence[Any]) -> tuple[Any, ...]:
    if len(cursor) > _LONGEST_CURSOR:
        raise InvalidCursor
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        named, values = json.loads(text)
        if named != list(key) or None in values:
            raise InvalidCursor
        return tuple(field.to_python(value) for field, value in zip(fields, values, strict=True))
    except (binascii.Error, ValueError, TypeError, ValidationError) as error:
        raise InvalidCursor from error


def limit_of(text: str | None) -> int:
    """The page size a request asks for; raises InvalidLimit."""
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_LIMIT):
        raise InvalidLimit(limit=text[:50], max=MAX_LIMIT)
    return int(text)


class KeysetPagination(BasePagination):
    """`cursor` and `limit` → `{results, next}`, or a FeatureCollection with `next`.

    `next` is the address of the next page, or null. The view's `keyset` names its key, by default
    the primary key.
    """

    next_address: str | None = None

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any]:
        """The rows of the queryset's page that was asked for."""
        limit = limit_of(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor", "")
        page = page_of(queryset, key=getattr(view, "keyset", ("pk",)), cursor=cursor, limit=limit)
        if page.next_cursor:
            address = request.build_absolute_uri()
            self.next_address = replace_query_param(address, "cursor", page.next_cursor)
        return page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page as it is answered."""
        if isinstance(data, Mapping) and data.get("type") == "FeatureCollection":
            return Response({**data, "next": self.next_address})
        return Response({"results": data, "next": self.next_address})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in the OpenAPI schema."""
        following = {"type": "string", "format": "uri", "nullable": True}
        if "$ref" in schema:  # a FeatureCollection: a plain list would be an array
            own = {"type": "object", "required": ["next"], "properties": {"next": following}}
            return {"allOf": [schema, own]}
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": following},
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """The query parameters in the OpenAPI schema."""
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "where to go on: follow `next` of the page before",
                "schema": {"type": "string"},
            },
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "how many at most",
                "schema": limit,
            },
        ]
