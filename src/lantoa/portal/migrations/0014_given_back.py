from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0013_waiting_since'),
    ]

    operations = [
        migrations.AddField(
            model_name='articlepage',
            name='is_given_back',
            field=models.BooleanField(default=False, editable=False, verbose_name='given back'),
        ),
    ]
