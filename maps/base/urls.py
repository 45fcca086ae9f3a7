"""Addresses of the base map."""

from django.urls import path

from maps.base.views import MapView, PictureView

urlpatterns = [
    path("tiles/base.json", MapView.as_view()),
    path("tiles/base/<int:z>/<int:x>/<int:y>.png", PictureView.as_view(), {"density": 1}),
    path("tiles/base/<int:z>/<int:x>/<int:y>@2x.png", PictureView.as_view(), {"density": 2}),
]
