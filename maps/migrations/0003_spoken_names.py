"""Names as they sound, found by a few letters."""

from django.db import migrations, models

from core.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0002_lines_of_the_ground'),
        ('grid', '0011_indexes_of_versions'),
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NamesLearnt',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('version', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'maps_names_learnt',
            },
        ),
        migrations.CreateModel(
            name='SpokenName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('road', '道路'), ('facility', '部件'), ('area', '区划'), ('cell', '网格'), ('organization', '单位')], db_collation='C', max_length=12)),
                ('name', models.CharField(db_collation='C', max_length=200)),
                ('folded', models.CharField(db_collation='C', max_length=200)),
                ('initials', models.CharField(db_collation='C', max_length=200)),
                ('sound', models.CharField(db_collation='C', max_length=1400)),
            ],
            options={
                'db_table': 'maps_spoken_name',
                'indexes': [models.Index(fields=['kind', 'folded'], name='spoken_name_folded'), models.Index(fields=['kind', 'initials'], name='spoken_name_initials'), models.Index(fields=['kind', 'sound'], name='spoken_name_sound')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'name', 'sound'), name='spoken_name_once')],
            },
        ),
        RunSQLFile('maps', '0003_spoken_names'),
    ]
