"""Addresses of the tiles."""

from django.urls import path

from maps.tiles.views import TileView

urlpatterns = [path("tiles/<slug:layer>/<int:z>/<int:x>/<int:y>.mvt", TileView.as_view())]
