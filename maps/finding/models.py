"""How the names of the ground sound: a cache, for a name sounds the same for ever."""

from django.db import models


class Kind(models.TextChoices):
    """What bears the name; a line or a surface counts as a road here."""

    ROAD = "road", "道路"
    FACILITY = "facility", "部件"
    AREA = "area", "区划"
    CELL = "cell", "网格"
    ORGANIZATION = "organization", "单位"


class SpokenName(models.Model):
    """One reading of a name: its letters without spaces, its pinyin, and the pinyin's initials.

    All in collation C, so that a beginning is found by the plain index.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices, db_collation="C")
    name = models.CharField(max_length=200, db_collation="C")
    folded = models.CharField(max_length=200, db_collation="C")
    initials = models.CharField(max_length=200, db_collation="C")
    sound = models.CharField(max_length=1400, db_collation="C")

    class Meta:
        db_table = "maps_spoken_name"
        constraints = [
            models.UniqueConstraint(name="spoken_name_once", fields=["kind", "name", "sound"])
        ]
        indexes = [
            models.Index(name="spoken_name_folded", fields=["kind", "folded"]),
            models.Index(name="spoken_name_initials", fields=["kind", "initials"]),
            models.Index(name="spoken_name_sound", fields=["kind", "sound"]),
        ]


class NamesLearnt(models.Model):
    """Up to which ground version the names are in the cache: one row."""

    id = models.SmallAutoField(primary_key=True)
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "maps_names_learnt"
