"""What the base tiles need of the database."""

from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [
        ("maps", "0001_drawn_tiles"),
        ("grid", "0002_spatial_indexes"),
    ]

    operations = [RunSQLFile("maps", "0002_lines_of_the_ground")]
