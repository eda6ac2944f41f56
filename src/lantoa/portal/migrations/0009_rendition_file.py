from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0008_versions_of_what_is_published'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='picturerendition',
            index=models.Index(fields=['file'], name='portal_rendition_file'),
        ),
    ]
