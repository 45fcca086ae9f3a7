"""The sequence behind the numbers of cases."""

from django.db import migrations

from core.sql import RunSQLFile


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [RunSQLFile("inspections", "0002_case_numbers")]
