"""Events of units that are being prepared, and the open work that they hand over on their day."""

from typing import ClassVar

import django.db.models.deletion
import lantoa.kernel.clock
from django.conf import settings
from django.db import migrations, models

from lantoa.audit.guards import noted


class Migration(migrations.Migration):

    dependencies: ClassVar = [
        ('organizations', '0006_appointment_terms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name='unitevent',
            name='corrects',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='organizations.unitevent', verbose_name='puts right'),
        ),
        migrations.CreateModel(
            name='UnitEventDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(editable=False, unique=True)),
                ('kind', models.CharField(choices=[('found', 'founding'), ('rename', 'renaming'), ('transfer', 'transfer'), ('merge', 'merger'), ('split', 'split'), ('dissolve', 'dissolution')], max_length=10, verbose_name='kind')),
                ('decision_number', models.CharField(max_length=60, verbose_name='decision number')),
                ('decision_date', models.DateField(verbose_name='decision date')),
                ('decision_body', models.CharField(max_length=200, verbose_name='deciding body')),
                ('effective_on', models.DateField(verbose_name='takes effect on')),
                ('created_at', models.DateTimeField(default=lantoa.kernel.clock.now, editable=False, verbose_name='prepared at')),
                ('given_up_at', models.DateTimeField(editable=False, null=True, verbose_name='given up at')),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.unitevent', verbose_name='puts right')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='organizations.unitevent')),
                ('predecessors', models.ManyToManyField(related_name='+', to='organizations.unit', verbose_name='units that it changes')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='event_drafts', to='organizations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'prepared event of units',
                'verbose_name_plural': 'prepared events of units',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DraftSuccessor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name')),
                ('short_name', models.CharField(blank=True, max_length=80, verbose_name='short name')),
                ('code', models.CharField(blank=True, max_length=30, verbose_name='code')),
                ('kind', models.CharField(blank=True, choices=[('province', 'province'), ('district', 'district'), ('commune', 'commune'), ('village', 'village'), ('provincial_committee', 'provincial Party committee'), ('district_committee', 'district Party committee'), ('commune_committee', 'commune Party committee'), ('grassroots_committee', 'grassroots Party committee'), ('grassroots_cell', 'grassroots cell'), ('cell', 'cell under a grassroots committee'), ('mass_organisation', 'mass organisation')], max_length=24, verbose_name='kind')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.unit')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.unit')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successors', to='organizations.uniteventdraft')),
            ],
            options={
                'verbose_name': 'successor in a prepared event',
                'verbose_name_plural': 'successors in a prepared event',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='DraftPlacement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('appointment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.appointment')),
                ('membership', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.membership')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.unit')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='organizations.draftsuccessor')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='organizations.uniteventdraft')),
            ],
            options={
                'verbose_name': 'placement in a prepared event',
                'verbose_name_plural': 'placements in a prepared event',
            },
        ),
        migrations.CreateModel(
            name='UnitHandover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='organizations.unitevent')),
                ('heir', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.unit')),
            ],
            options={
                'verbose_name': 'handover of open work',
                'verbose_name_plural': 'handovers of open work',
            },
        ),
        migrations.AddConstraint(
            model_name='draftsuccessor',
            constraint=models.CheckConstraint(condition=models.Q(('unit__isnull', False), models.Q(models.Q(('name', ''), _negated=True), models.Q(('kind', ''), _negated=True), ('parent__isnull', False)), _connector='OR'), name='draft_successor_is_a_unit', violation_error_message='Name the unit that takes over, or give the new one a name.'),
        ),
        migrations.AddConstraint(
            model_name='draftplacement',
            constraint=models.UniqueConstraint(fields=('draft', 'membership'), name='draft_placement_membership_once', violation_error_message='This has a place in the event already.'),
        ),
        migrations.AddConstraint(
            model_name='draftplacement',
            constraint=models.UniqueConstraint(fields=('draft', 'appointment'), name='draft_placement_appointment_once', violation_error_message='This has a place in the event already.'),
        ),
        migrations.AddConstraint(
            model_name='draftplacement',
            constraint=models.UniqueConstraint(fields=('draft', 'unit'), name='draft_placement_unit_once', violation_error_message='This has a place in the event already.'),
        ),
        migrations.AddConstraint(
            model_name='draftplacement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', True), ('membership__isnull', False), ('unit__isnull', True)), models.Q(('appointment__isnull', False), ('membership__isnull', True), ('unit__isnull', True)), models.Q(('appointment__isnull', True), ('membership__isnull', True), ('unit__isnull', False)), _connector='OR'), name='draft_placement_of_one_thing', violation_error_message='Place a membership, an appointment or a unit.'),
        ),
        migrations.AddIndex(
            model_name='unithandover',
            index=models.Index(condition=models.Q(('done_at__isnull', True)), fields=['due_on'], name='unit_handover_open'),
        ),
        migrations.AddConstraint(
            model_name='unithandover',
            constraint=models.UniqueConstraint(fields=('event', 'unit'), name='unit_handover_once', violation_error_message='The work of this unit is handed over by this event already.'),
        ),
        *(noted(f"organizations_{table}") for table in ("uniteventdraft", "draftplacement", "unithandover")),
    ]
