"""How evidence is shown: never the original, always with what was found."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request

from grid.evidence.models import Evidence


class EvidenceSerializer(serializers.Serializer[Any]):
    """One piece of evidence; `public_url` is the upright copy without EXIF (null for documents)."""

    id = serializers.IntegerField()
    sha256 = serializers.CharField()
    case = serializers.CharField(allow_null=True, help_text="number, if its subject is a case")
    subject = serializers.DictField(child=serializers.CharField(), help_text="type and code")
    purpose = serializers.CharField(help_text="what it was put forward for; blank: not said")
    filename = serializers.CharField()
    mime = serializers.CharField(help_text="by decoding")
    size = serializers.IntegerField()
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    captured_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    uploaded_by = serializers.CharField()
    accuracy_m = serializers.FloatField(allow_null=True)
    position_source = serializers.CharField()
    findings = serializers.ListField(child=serializers.DictField())
    accepted = serializers.BooleanField(help_text="nothing found keeps it from closing its case")
    public_url = serializers.CharField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True, help_text="the public sees the copy")


class EvidenceFeatures(serializers.Serializer[Any]):
    """A page of evidence as a FeatureCollection; geometry is where it was taken."""

    type = serializers.CharField(default="FeatureCollection")
    features = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_null=True)


def evidence_as_json(evidence: Evidence, request: Request) -> dict[str, Any]:
    """One piece of evidence (its file and uploader fetched)."""
    file = evidence.file
    path = reverse("evidence-copy", kwargs={"sha256": file.sha256}) if file.is_photo else None
    kind = evidence.subject_type.rpartition(".")[2]
    return {
        "id": evidence.pk,
        "sha256": file.sha256,
        "case": evidence.subject_code if kind == "case" else None,
        "subject": {"type": kind, "code": evidence.subject_code},
        "purpose": evidence.purpose,
        "filename": evidence.filename,
        "mime": file.mime,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "captured_at": evidence.captured_at,
        "received_at": evidence.received_at,
        "uploaded_by": evidence.uploaded_by.username,
        "position": list(evidence.position.coords) if evidence.position else None,
        "accuracy_m": evidence.accuracy_m,
        "position_source": evidence.position_source,
        "findings": evidence.findings,
        "accepted": not evidence.blocking,
        "public_url": request.build_absolute_uri(path) if path else None,
        "released_at": evidence.released_at,
    }


def evidence_feature(evidence: Evidence, request: Request) -> dict[str, Any]:
    """One piece of evidence as a GeoJSON feature."""
    told = evidence_as_json(evidence, request)
    position = told.pop("position")
    return {
        "type": "Feature",
        "id": evidence.pk,
        "geometry": {"type": "Point", "coordinates": position} if position else None,
        "properties": told,
    }
