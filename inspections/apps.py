"""The inspections app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "inspections"
    verbose_name = _("业务")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load the workflow and the rooms that follow its acts, whichever program runs."""
        import_module("inspections.cases.workflow")
        import_module("inspections.cases.persons.use_cases")
        import_module("inspections.cases.emergencies.use_cases")
        import_module("inspections.cases.emergencies.workflow")
        import_module("inspections.cases.timing.commands")
        import_module("inspections.cases.supervision.commands")
        import_module("inspections.cases.supervision.parts")
        import_module("inspections.cases.timing.parts")
        import_module("inspections.cases.closing.commands")
        import_module("inspections.fieldwork.use_cases")
        import_module("inspections.joint.marks.commands")
        import_module("inspections.joint.marks.parts")
        import_module("inspections.joint.meetings.workflow")
        import_module("inspections.joint.meetings.parts")
        import_module("inspections.joint.shifts.workflow")
        import_module("inspections.joint.costs.workflow")
        import_module("inspections.joint.costs.parts")
        import_module("inspections.joint.undertakings.workflow")
        import_module("inspections.joint.undertakings.parts")
        import_module("inspections.intake.permissions")
        import_module("inspections.intake.calls.use_cases")
        import_module("inspections.intake.inbox.use_cases")
        import_module("inspections.intake.gatherings.parts")
        import_module("inspections.intake.rewards.use_cases")
        import_module("inspections.intake.knowledge.workflow")
        import_module("inspections.fieldwork.parts")
        import_module("inspections.disputes.commands")
        import_module("inspections.disputes.parts")
        import_module("inspections.intake.duplicates.commands")
        import_module("inspections.intake.duplicates.parts")
        import_module("inspections.changes.faults.workflow")
        import_module("inspections.changes.faults.commands")
        import_module("inspections.changes.workflow")
        import_module("inspections.changes.drafts")
        import_module("inspections.changes.catalogue.use_cases")
        import_module("inspections.intake.upstream.receivers")
        import_module("inspections.intake.upstream.commands")
        import_module("inspections.intake.upstream.parts")
        import_module("inspections.messages.use_cases")
        import_module("inspections.messages.delivery.lineage")
