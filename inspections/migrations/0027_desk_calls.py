"""Calls at the desk, and calls back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inspections', '0026_upstream'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfirmBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('called_at', models.DateTimeField()),
                ('reached', models.BooleanField()),
                ('text', models.TextField(blank=True, help_text='what was confirmed')),
                ('called_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='inspections.servicerequest')),
            ],
            options={
                'db_table': 'inspections_confirm_back',
                'indexes': [models.Index(fields=['request', 'id'], name='confirm_back_of_request')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reached', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='confirmed_in_words')],
            },
        ),
        migrations.CreateModel(
            name='DeskCall',
            fields=[
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='call', serialize=False, to='inspections.servicerequest')),
                ('answered_at', models.DateTimeField()),
                ('noted_at', models.DateTimeField(null=True)),
                ('sorted_at', models.DateTimeField(null=True)),
                ('filed_at', models.DateTimeField()),
                ('fed_back_at', models.DateTimeField(null=True)),
                ('details_lacking', models.BooleanField(default=False, help_text='somebody calls back before a body is sent')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'inspections_desk_call',
                'indexes': [models.Index(fields=['filed_at'], name='desk_call_filed'), models.Index(condition=models.Q(('details_lacking', True)), fields=['filed_at'], name='desk_call_lacking')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_at__lte', models.F('filed_at')), models.Q(('fed_back_at__isnull', True), ('fed_back_at__gte', models.F('filed_at')), _connector='OR')), name='desk_call_in_order')],
            },
        ),
    ]
