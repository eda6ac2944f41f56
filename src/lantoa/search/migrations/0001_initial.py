import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import lantoa.search.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.BigIntegerField()),
                ("day", models.DateField()),
                (
                    "scope",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(db_collation="C", max_length=24), size=None
                    ),
                ),
                ("attached", models.TextField(blank=True)),
                ("folded", models.TextField(blank=True, db_collation="C")),
                ("vector", lantoa.search.fields.LexemesField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector", "scope"], name="search_entry_words"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "object_id"),
                        name="search_entry_once",
                        violation_error_message="An object stands in the index once.",
                    )
                ],
            },
        ),
        # The words lie beside the rows, so that those of a query are sorted without reading the words of any.
        migrations.RunSQL(
            "ALTER TABLE search_searchentry SET (toast_tuple_target = 256)",
            "ALTER TABLE search_searchentry RESET (toast_tuple_target)",
        ),
    ]
