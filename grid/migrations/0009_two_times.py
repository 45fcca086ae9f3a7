"""Bodies and categories get a history by ground version."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import grid.ground.models
from core.sql import RunSQLFile


class Migration(migrations.Migration):

    dependencies = [
        ('grid', '0008_tokens_of_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='organization',
            name='successor_from',
            field=models.DateField(blank=True, help_text='the day the successor takes over; blank: it always did', null=True),
        ),
        migrations.CreateModel(
            name='CategoryRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_during', django.contrib.postgres.fields.ranges.DateTimeRangeField(default=grid.ground.models.always)),
                ('recorded_during', django.contrib.postgres.fields.ranges.BigIntegerRangeField()),
                ('name', models.CharField(max_length=200)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='grid.category')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.category')),
            ],
            options={
                'db_table': 'grid_category_record',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('category', '='), ('valid_during', '&&'), ('recorded_during', '&&')], name='category_record_once'), models.CheckConstraint(condition=models.Q(('valid_during__isempty', False), ('recorded_during__isempty', False)), name='category_record_ranges')],
            },
        ),
        migrations.CreateModel(
            name='OrganizationRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_during', django.contrib.postgres.fields.ranges.DateTimeRangeField(default=grid.ground.models.always)),
                ('recorded_during', django.contrib.postgres.fields.ranges.BigIntegerRangeField()),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=24)),
                ('successor_from', models.DateField(null=True)),
                ('area_code', models.CharField(blank=True, max_length=64)),
                ('contact', models.BooleanField(help_text="it can be reached: a phone, or a handler's account")),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='grid.organization')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.organization')),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grid.organization')),
            ],
            options={
                'db_table': 'grid_organization_record',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('organization', '='), ('valid_during', '&&'), ('recorded_during', '&&')], name='organization_record_once'), models.CheckConstraint(condition=models.Q(('valid_during__isempty', False), ('recorded_during__isempty', False)), name='organization_record_ranges')],
            },
        ),
        migrations.RemoveField(model_name='verdict', name='bodies'),
        RunSQLFile("grid", "0009_two_times"),
    ]
