"""Sync over HTTP: chunks of blobs, and operations done once."""

import json
from typing import Any, cast
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import person_of, problem
from core.errors import Invalid
from core.operations import run_once
from inspections.sync.models import Upload
from inspections.sync.serializers import OperationRequest, Receipt
from inspections.sync.use_cases import (
    MAX_CHUNK,
    BadChunk,
    Chunk,
    ChunkTooLarge,
    WrongOffset,
    perform_operation,
    receive_chunk,
    upload_of,
)

OFFSETS = [
    OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, description="0 if not given"),
    OpenApiParameter(
        "Upload-Length", int, OpenApiParameter.HEADER, description="of the whole blob"
    ),
]


class Bytes(BaseParser):
    """A body of bytes, whatever it calls itself; read no further than one chunk and a byte."""

    media_type = "*/*"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, bytes]:
        """The bytes under `chunk`."""
        return {"chunk": stream.read(MAX_CHUNK + 1)}


class BlobView(APIView):
    """A blob by its hash: how much is here, and the next chunk of it."""

    parser_classes = [Bytes]

    @extend_schema(responses={200: None, 404: None})
    def head(self, request: Request, sha256: str) -> HttpResponse:
        """`Upload-Offset` says from where to go on (404 and 0: nothing is here)."""
        user = person_of(request)
        upload = upload_of(user, sha256)
        if upload is None:
            return HttpResponse(status=404, headers={"Upload-Offset": "0"})
        return HttpResponse(status=200, headers=_state(upload))

    @extend_schema(
        request={"application/octet-stream": OpenApiTypes.BINARY},
        parameters=OFFSETS,
        responses={201: None, 200: None, 204: None},
    )
    def put(self, request: Request, sha256: str) -> HttpResponse:
        """201 when the blob is whole and its hash is right, 200 when it was before, 204 when more is due."""
        user = person_of(request)
        before = upload_of(user, sha256)
        if before is not None and before.complete:
            return HttpResponse(status=200, headers=_state(before))
        if int(request.headers.get("Content-Length") or 0) > MAX_CHUNK:
            raise ChunkTooLarge(limit=MAX_CHUNK)
        data = request.data
        content = data.get("chunk", b"") if isinstance(data, dict) else b""
        offset = _whole(request, "Upload-Offset", 0)
        length = _whole(request, "Upload-Length", None if offset else len(content))
        try:
            upload = receive_chunk(user, sha256, Chunk(offset, length, content))
        except WrongOffset as wrong:
            answer = problem(wrong)
            answer["Upload-Offset"] = str(wrong.details["received"])
            return answer
        return HttpResponse(status=201 if upload.complete else 204, headers=_state(upload))


def _state(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.length),
        "Upload-Complete": "?1" if upload.complete else "?0",
    }


def _whole(request: Request, name: str, default: int | None) -> int:
    text = request.headers.get(name)
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 13):
        raise BadChunk(why=f"{name}: {str(text)[:20]}")
    return int(text)


class OperationView(APIView):
    """One operation of a phone, done once however often it arrives."""

    @extend_schema(request=OperationRequest, responses={201: Receipt, 200: Receipt})
    def put(self, request: Request, operation: UUID) -> HttpResponse:
        """201 done now, 200 done before (the same receipt), 409 same id and other content, 423 busy.

        424 names blobs that are not here yet; nothing was done, send it again after them.
        """
        user = person_of(request)
        asked = OperationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        given = cast(dict[str, Any], request.data)
        if asked.validated_data["id"] != operation:
            raise Invalid("'id' is not that of the address", zh="id 与地址中的不一致。")
        content = json.dumps(given, sort_keys=True, cls=DjangoJSONEncoder).encode()

        def work() -> str:
            told: bytes = JSONRenderer().render(perform_operation(user, given))
            return told.decode()

        done = run_once(actor=user, key=f"sync:{operation}", content=content, work=work)
        status = 200 if done.repeated else 201
        return HttpResponse(done.answer, content_type="application/json", status=status)
