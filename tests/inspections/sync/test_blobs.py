"""Blobs in chunks: resumed, verified, kept apart by person, bounded, and never mixed up by a race."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import Busy, DomainError
from core.models import User
from inspections.sync import use_cases
from inspections.sync.models import Upload
from inspections.sync.storage import part_of
from inspections.sync.use_cases import Chunk, WrongOffset, expire_uploads, receive_chunk
from tests import factories
from tests.clones import Clone, at_once
from tests.conftest import client_of

DATA = bytes(range(256)) * 40
SHA256 = hashlib.sha256(DATA).hexdigest()
PATH = f"/api/v1/sync/blobs/{SHA256}"


@pytest.fixture
def phone(bo: User, evidence_folder: None) -> Any:
    return client_of(bo)


def put(client: Any, content: bytes, path: str = PATH, **headers: object) -> Any:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return client.put(path, content, content_type="application/octet-stream", headers=named)


def test_a_blob_comes_in_chunks_and_goes_on_where_it_stopped(phone: Any) -> None:
    nothing = phone.head(PATH)
    assert (nothing.status_code, nothing["Upload-Offset"]) == (404, "0")
    half = len(DATA) // 2
    first = put(phone, DATA[:half], Upload_Offset=0, Upload_Length=len(DATA))
    assert (first.status_code, first["Upload-Offset"]) == (204, str(half))
    seen = phone.head(PATH)
    assert (seen.status_code, seen["Upload-Offset"], seen["Upload-Complete"]) == (
        200,
        str(half),
        "?0",
    )
    lost = put(phone, DATA[:half], Upload_Offset=0, Upload_Length=len(DATA))
    assert (lost.status_code, lost.json()["code"]) == (409, "wrong_offset")
    assert lost["Upload-Offset"] == str(half)
    last = put(phone, DATA[half:], Upload_Offset=half, Upload_Length=len(DATA))
    assert (last.status_code, last["Upload-Complete"]) == (201, "?1")
    again = put(phone, DATA, Upload_Offset=0, Upload_Length=len(DATA))
    assert (again.status_code, again["Upload-Offset"]) == (200, str(len(DATA)))
    assert phone.head(PATH)["Upload-Complete"] == "?1"


def test_a_whole_blob_needs_no_headers(phone: Any) -> None:
    assert put(phone, DATA).status_code == 201


def test_bytes_of_another_hash_are_dropped(phone: Any, bo: User) -> None:
    wrong = put(phone, DATA[:-1] + b"x", Upload_Offset=0, Upload_Length=len(DATA))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "hash_mismatch")
    assert phone.head(PATH)["Upload-Offset"] == "0"
    assert not part_of(bo.pk, SHA256).exists()
    assert put(phone, DATA).status_code == 201


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Upload_Offset": -1, "Upload_Length": 10}, 400, "bad_chunk"),
        ({"Upload_Offset": "x", "Upload_Length": 10}, 400, "bad_chunk"),
        ({"Upload_Offset": 0, "Upload_Length": 3}, 400, "bad_chunk"),
        ({"Upload_Offset": 5}, 400, "bad_chunk"),
        ({"Upload_Offset": 0, "Upload_Length": 10**11}, 413, "blob_too_large"),
        ({"Upload_Offset": 7, "Upload_Length": len(DATA) + 7}, 409, "wrong_offset"),
    ],
)
def test_bad_chunks_are_refused(
    phone: Any, headers: dict[str, Any], status: int, code: str
) -> None:
    answer = put(phone, DATA, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_chunk_is_at_most_eight_mebibytes(phone: Any) -> None:
    answer = put(phone, bytes(8 * 1024 * 1024 + 1), Upload_Offset=0, Upload_Length=9 * 1024 * 1024)
    assert (answer.status_code, answer.json()["code"]) == (413, "chunk_too_large")
    assert put(phone, bytes(8 * 1024 * 1024), Upload_Length=9 * 1024 * 1024).status_code == 204


@pytest.mark.parametrize("name", ["abc", "G" * 64, SHA256.upper(), "..%2f..%2fetc%2fpasswd"])
def test_a_name_that_is_no_hash_is_refused(phone: Any, name: str) -> None:
    assert put(phone, DATA, f"/api/v1/sync/blobs/{name}").status_code in {400, 404}


def test_the_length_cannot_change_on_the_way(phone: Any) -> None:
    put(phone, DATA[:10], Upload_Offset=0, Upload_Length=len(DATA))
    answer = put(phone, DATA[10:20], Upload_Offset=10, Upload_Length=100)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_chunk")


def test_what_another_person_sent_is_not_mine(phone: Any, ada: User) -> None:
    put(phone, DATA)
    assert client_of(ada).head(PATH).status_code == 404


def test_too_much_unused_is_refused(phone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_cases, "QUOTA", len(DATA) - 1)
    answer = put(phone, DATA)
    assert (answer.status_code, answer.json()["code"]) == (413, "quota_exceeded")


def test_what_is_never_used_expires(phone: Any, bo: User) -> None:
    put(phone, DATA)
    assert expire_uploads() == 0
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=8))
    assert expire_uploads() == 1
    assert not part_of(bo.pk, SHA256).exists()
    assert phone.head(PATH).status_code == 404


def test_without_an_account_nothing_is_taken(db: None) -> None:
    assert put(client_of(None), DATA).status_code in {401, 403}


def test_the_same_chunk_at_once_is_taken_once(clone_db: Clone, evidence_folder: None) -> None:
    person = factories.user("bo")
    half = len(DATA) // 2

    def send(offset: int, content: bytes) -> str:
        try:
            upload = receive_chunk(person, SHA256, Chunk(offset, len(DATA), content))
        except (Busy, WrongOffset) as refused:
            return refused.code
        except DomainError as other:
            return f"unexpected {other.code}"
        return "complete" if upload.complete else "more"

    first = at_once([lambda: send(0, DATA[:half])] * 8)
    assert first.count("more") == 1
    assert set(first) <= {"more", "busy", "wrong_offset"}
    last = at_once([lambda: send(half, DATA[half:])] * 8)
    # Whoever comes after the last chunk finds the blob complete.
    assert "complete" in last
    assert set(last) <= {"complete", "busy"}
    assert part_of(person.pk, SHA256).read_bytes() == DATA
