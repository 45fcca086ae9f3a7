"""Drawn tiles down to street zoom, kept so that each is drawn and compressed once per state of the ground."""

from django.db import models


class DrawnTile(models.Model):
    """A cache, not a fact: one compressed tile, good as long as its key is that of the ground."""

    pk = models.CompositePrimaryKey("layer", "z", "x", "y")
    layer = models.CharField(max_length=16)
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    key = models.CharField(max_length=64)
    body = models.BinaryField(help_text="gzip; empty for a tile with nothing in it")

    class Meta:
        db_table = "maps_drawn_tile"
