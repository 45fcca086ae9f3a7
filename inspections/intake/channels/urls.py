"""The address at which programs bring reports."""

from django.urls import URLPattern, path

from inspections.intake.channels.views import IntakeView

urlpatterns: list[URLPattern] = [path("<str:code>/", IntakeView.as_view(), name="intake")]
