"""The ward, as the public sees it; and its streets by name."""

from tests.inspections.conftest import evidence_folder, ward

__all__ = ["evidence_folder", "ward"]  # fixtures
