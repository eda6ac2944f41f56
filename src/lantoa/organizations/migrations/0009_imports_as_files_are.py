"""Imports keep the sheets as they were read, so that their columns can be chosen anew. Previews from before, which did
not, are given up."""

import django.db.models.deletion
from django.db import migrations, models


GIVE_UP_PREVIEWS = """
    DELETE FROM organizations_importrow USING organizations_importbatch AS batch
        WHERE batch_id = batch.id AND batch.state = 'previewed';
    UPDATE organizations_importbatch SET state = 'cancelled' WHERE state = 'previewed';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0008_transfers'),
    ]

    operations = [
        migrations.RunSQL(GIVE_UP_PREVIEWS, migrations.RunSQL.noop),
        migrations.CreateModel(
            name='RememberedLayout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(max_length=64)),
                ('columns', models.JSONField(verbose_name='columns')),
                ('standing', models.CharField(blank=True, max_length=40, verbose_name='standing')),
            ],
            options={
                'verbose_name': 'remembered columns',
                'verbose_name_plural': 'remembered columns',
            },
        ),
        migrations.RemoveConstraint(
            model_name='importrow',
            name='import_row_once',
        ),
        migrations.AddField(
            model_name='importbatch',
            name='layout',
            field=models.JSONField(default=dict, verbose_name='columns'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='sheet',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='sheet'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='unit_choices',
            field=models.JSONField(default=dict, verbose_name='chosen cells'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='before',
            field=models.JSONField(null=True, verbose_name='values before the update'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='cells',
            field=models.JSONField(default=list, verbose_name='cells'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='is_open',
            field=models.BooleanField(default=False, verbose_name='to put right or decide'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='kind',
            field=models.CharField(blank=True, choices=[('title', 'title above the list'), ('header', 'titles of the columns'), ('numbering', 'numbers of the columns'), ('section', 'name of a cell above its people'), ('person', 'person'), ('total', 'total'), ('signature', 'signatures'), ('remark', 'remark')], default='person', max_length=10, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='importrow',
            name='sheet',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='sheet'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='decision',
            field=models.CharField(blank=True, choices=[('skip', 'leave out'), ('different', 'a different person'), ('update', 'the same person: complete the record')], max_length=10, verbose_name='decision'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='values',
            field=models.JSONField(default=dict, verbose_name='values'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('batch', 'sheet', 'number'), name='import_row_once', violation_error_message='This row was read already.'),
        ),
        migrations.AddField(
            model_name='rememberedlayout',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organizations.unit', verbose_name='unit'),
        ),
        migrations.AddConstraint(
            model_name='rememberedlayout',
            constraint=models.UniqueConstraint(fields=('unit', 'signature'), name='remembered_layout_once', violation_error_message='These columns are remembered already.'),
        ),
    ]
