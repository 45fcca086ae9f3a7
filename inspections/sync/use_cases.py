"""Blobs in chunks, then operations that name them: nothing is lost, nothing is done twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Busy, DomainError, Invalid, Missing
from core.models import User
from grid.evidence import storage as sealed
from grid.evidence.content import MAX_BYTES
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.statements import read_instant, read_statement
from grid.evidence.use_cases import keep_file
from inspections.cases.commands import ACTS, carry_out
from inspections.cases.models import Case
from inspections.cases.use_cases import add_case_evidence
from inspections.fieldwork.commands import visit_as_stated
from inspections.fieldwork.models import FieldTask
from inspections.fieldwork.serializers import VisitSerializer
from inspections.sync.models import Upload
from inspections.sync.storage import drop, hash_of, open_part, part_of, write_at

MAX_CHUNK = 8 * 1024 * 1024
QUOTA = 2 * 1024 * 1024 * 1024  # of one person's blobs that no operation has used yet
KEPT_FOR = timedelta(days=7)  # a phone may be out of reach for days
MOST_EVIDENCE = 50


class BadHash(Invalid):
    """A blob is named by its SHA-256: 64 hexadecimal digits in lower case."""

    zh = "文件以 SHA-256 命名：64 位小写十六进制。"


class BadChunk(Invalid):
    """A chunk needs Upload-Offset and Upload-Length: {why}."""

    zh = "分块必须带 Upload-Offset 与 Upload-Length：{why}。"


class ChunkTooLarge(DomainError):
    """A chunk may hold at most {limit} bytes."""

    status = 413
    zh = "单个分块最多 {limit} 字节。"


class BlobTooLarge(DomainError):
    """A blob may hold at most {limit} bytes."""

    status = 413
    zh = "单个文件最多 {limit} 字节。"


class QuotaExceeded(DomainError):
    """Too much is uploaded and not yet used by any operation; send the operations first."""

    status = 413
    zh = "已上传而未使用的文件过多；请先提交相应的操作。"


class WrongOffset(DomainError):
    """{received} of {length} bytes are here; go on from there."""

    status = 409
    zh = "已收到 {received} / {length} 字节，请从该处继续。"


class HashMismatch(DomainError):
    """The bytes do not have the SHA-256 they were sent under; the blob was dropped, send it again."""

    status = 422
    zh = "内容与所声明的 SHA-256 不符，已丢弃，请重新上传。"


class MissingBlobs(DomainError):
    """These blobs are not here yet; upload them, then send the same operation again: {missing}."""

    status = 424
    zh = "下列文件尚未上传；请先上传，再重新提交同一操作：{missing}。"


class UnknownKind(Invalid):
    """There is no operation '{kind}'; known: {known}."""

    zh = "没有操作“{kind}”；可用的操作：{known}。"


@dataclass(frozen=True)
class Chunk:
    """A piece of a blob and where it belongs."""

    offset: int
    length: int
    content: bytes


def checked_hash(text: str) -> str:
    """The hash as it was given; raises BadHash."""
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise BadHash
    return text


def upload_of(user: User, sha256: str) -> Upload | None:
    """What lies here of a blob this person is sending."""
    return Upload.objects.filter(user=user, sha256=checked_hash(sha256)).first()


def receive_chunk(user: User, sha256: str, chunk: Chunk) -> Upload:
    """Add a chunk; at the last one the hash is verified. A complete blob takes no more and stays.

    One request at a time writes a person's blob; the others are told Busy. Raises WrongOffset with
    what is here, HashMismatch, BlobTooLarge, QuotaExceeded, BadChunk.
    """
    checked_hash(sha256)
    if len(chunk.content) > MAX_CHUNK:
        raise ChunkTooLarge(limit=MAX_CHUNK)
    if chunk.length > MAX_BYTES:
        raise BlobTooLarge(limit=MAX_BYTES)
    if chunk.length <= 0 or chunk.offset < 0 or chunk.offset + len(chunk.content) > chunk.length:
        raise BadChunk(why=f"{chunk.offset} + {len(chunk.content)} > {chunk.length}")
    with transaction.atomic():
        upload = _locked(user, sha256, chunk.length)
        if upload.complete:
            return upload
        if upload.length != chunk.length:
            raise BadChunk(why=f"{chunk.length} != {upload.length}")
        if chunk.offset != upload.received:
            raise WrongOffset(received=upload.received, length=upload.length)
        path = part_of(user.pk, sha256)
        write_at(path, chunk.offset, chunk.content)
        upload.received = chunk.offset + len(chunk.content)
        if upload.received == upload.length:
            upload.complete = hash_of(path) == sha256
            if not upload.complete:
                drop(path)
                upload.received = 0
        upload.save()
    if upload.received == 0:
        raise HashMismatch
    return upload


def _locked(user: User, sha256: str, length: int) -> Upload:
    """The upload's row, made if need be, and this transaction alone upon it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"lamplighter.upload|{user.pk}|{sha256}"],
        )
        if not cursor.fetchone()[0]:
            raise Busy
    upload = Upload.objects.filter(user=user, sha256=sha256).first()
    if upload is None:
        unused = Upload.objects.filter(user=user).exclude(
            sha256__in=StoredFile.objects.values("pk")
        )
        if sum(unused.values_list("length", flat=True)) + length > QUOTA:
            raise QuotaExceeded
        upload = Upload.objects.create(user=user, sha256=sha256, length=length)
    return upload


def expire_uploads() -> int:
    """Drop what was begun and not gone on with, or sent and never used, for a week; returns how many."""
    old = Upload.objects.filter(touched_at__lt=timezone.now() - KEPT_FOR).select_related("user")
    count = 0
    for upload in old:
        drop(part_of(upload.user.pk, upload.sha256))
        upload.delete()
        count += 1
    return count


def perform_operation(user: User, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one operation as the contract words it; returns the receipt. Runs inside `run_once`."""
    kind, payload = operation.get("kind"), operation.get("payload")
    if not isinstance(kind, str) or kind not in kinds():
        raise UnknownKind(kind=str(kind)[:50], known=sorted(kinds()))
    if not isinstance(payload, dict):
        raise Invalid("'payload' is a JSON object", zh="payload 必须是 JSON 对象。")
    told = kinds()[kind](user, operation, payload)
    return {"id": operation["id"], "kind": kind, "done_at": timezone.now()} | told


def _of_case(work: "CaseKind") -> "Kind":
    """An operation whose payload names the case it is about; late evidence also one the body has lost."""

    def do(user: User, operation: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
        if not isinstance(payload.get("case"), str):
            raise Invalid("'payload' names its case", zh="payload 必须写明 case。")
        late = work is _add_evidence
        seen = Case.objects.open_to_evidence_by(user) if late else Case.objects.visible_to(user)
        case = seen.filter(number=payload["case"]).first()
        if case is None:
            raise Missing(case=payload["case"][:50])
        return {"case": case.number} | work(user, case, operation, payload)

    return do


def _act(
    user: User, case: Case, operation: Mapping[str, Any], payload: Mapping[str, Any]
) -> dict[str, Any]:
    given = {name: value for name, value in payload.items() if name not in {"case", "evidence"}}
    given["base_version"] = operation.get("base_version")
    told = _add_evidence(user, case, operation, payload) if payload.get("evidence") else {}
    case = carry_out(str(operation["kind"]), case, actor=user, given=given)
    return {"sha256": [], "evidence": []} | told | {"state": case.state, "version": case.version}


def _visit(user: User, operation: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """A visit for the task that the payload names; photos of a case's task may travel with it."""
    asked = payload.get("task")
    if not isinstance(asked, int) or isinstance(asked, bool):
        raise Invalid("'payload' names its task", zh="payload 必须写明 task。")
    tasks = FieldTask.objects.open_to_visits_by(user).select_related(
        "case__category", "organization"
    )
    task = tasks.filter(pk=asked).first() if abs(asked) < 2**63 else None
    if task is None:
        raise Missing(task=asked)
    given = {name: value for name, value in payload.items() if name not in {"task", "evidence"}}
    given.setdefault("arrived_at", operation.get("captured_at"))
    given = {name: value for name, value in given.items() if value is not None}
    given["base_version"] = operation.get("base_version")
    told: dict[str, Any] = {"sha256": [], "evidence": []}
    if payload.get("evidence") and task.case is not None:
        told |= _add_evidence(user, task.case, operation, payload)
    visit = visit_as_stated(task, actor=user, given=given)
    case = Case.objects.get(pk=task.case_id) if task.case_id else None
    return told | {
        "task": task.pk,
        "visit": VisitSerializer(visit).data,
        "case": case.number if case else None,
        "state": case.state if case else None,
        "version": case.version if case else None,
    }


def _add_evidence(
    user: User, case: Case, operation: Mapping[str, Any], payload: Mapping[str, Any]
) -> dict[str, Any]:
    stated = payload.get("evidence")
    if not isinstance(stated, list) or not all(isinstance(item, dict) for item in stated):
        raise Invalid("'evidence' is a list of files", zh="evidence 必须是文件列表。")
    if not 0 < len(stated) <= MOST_EVIDENCE:
        raise Invalid(f"1 to {MOST_EVIDENCE} files", zh=f"每次 1 至 {MOST_EVIDENCE} 个文件。")
    hashes = [checked_hash(str(item.get("sha256", ""))) for item in stated]
    captured_at = read_instant(operation.get("captured_at"), "captured_at")
    envelope = {name: operation.get(name) for name in ("id", "device", "sequence", "signature")}
    statements = [
        read_statement({"envelope": envelope, **item}, captured_at=captured_at) for item in stated
    ]
    files = _files(user, hashes)
    added = [
        add_case_evidence(case, actor=user, file=files[sha256], statement=statement)
        for sha256, statement in zip(hashes, statements, strict=True)
    ]
    return {"sha256": hashes, "evidence": [_told(row) for row in added], "version": case.version}


def _told(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.pk,
        "sha256": evidence.file_id,
        "findings": evidence.findings,
        "accepted": not evidence.blocking,
    }


def _files(user: User, hashes: list[str]) -> dict[str, StoredFile]:
    """The files of these hashes, sealed; raises MissingBlobs with those this person has not sent.

    Knowing a hash is not having the file: what another person sent must be sent again.
    """
    sent = set(
        Upload.objects.filter(user=user, sha256__in=hashes, complete=True).values_list(
            "sha256", flat=True
        )
    )
    known = StoredFile.objects.in_bulk(sent)
    files: dict[str, StoredFile] = {}
    missing = [sha256 for sha256 in hashes if sha256 not in sent]
    for sha256 in sorted(sent):
        path = part_of(user.pk, sha256)
        if sha256 in known and sealed.has_original(sha256):
            files[sha256] = known[sha256]
        elif path.exists():
            with open_part(path) as part:
                files[sha256] = keep_file(part, size=path.stat().st_size)
        else:
            missing.append(sha256)
        transaction.on_commit(lambda path=path: drop(path))  # type: ignore[misc]
    if missing:
        raise MissingBlobs(missing=missing)
    return files


CaseKind = Callable[[User, Case, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]
Kind = Callable[[User, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


def kinds() -> dict[str, Kind]:
    """Every operation by its name; rooms above the cases may have added acts."""
    acts: dict[str, Kind] = dict.fromkeys(ACTS, _of_case(_act))
    return {"add_evidence": _of_case(_add_evidence), "visit": _visit} | acts
