import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grid", "0007_reasons_of_handovers")]

    operations = [
        # A function as the default of an added column would give all rows one token.
        migrations.AddField(
            model_name="groundversion",
            name="token",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunSQL(
            "UPDATE grid_ground_version SET token = gen_random_uuid()", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="groundversion",
            name="token",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
    ]
