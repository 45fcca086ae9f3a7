"""How often the public has come in: counters that keep a keyed mark of an address, never the address."""

from django.db import models


class PublicUse(models.Model):
    """How often one address, or everybody together, did a thing in one stretch of time."""

    thing = models.CharField(max_length=16)
    mark = models.CharField(max_length=64, help_text="of the address; blank: everybody")
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "inspections_public_use"
        constraints = [
            models.UniqueConstraint(name="public_use_once", fields=["thing", "mark", "since"])
        ]
        indexes = [models.Index(name="public_use_age", fields=["since"])]
