"""A link goes to an address of its own. Those that are open went to the address of the account."""

from typing import ClassVar

from django.db import migrations, models

TO_THE_ACCOUNT = """
    UPDATE accounts_invitation SET email = owner.email FROM accounts_user AS owner
        WHERE owner.id = user_id AND kind = 'mail' AND used_at IS NULL AND withdrawn_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0007_invitations")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="invitation",
            name="email",
            field=models.EmailField(blank=True, default="", max_length=254, verbose_name="e-mail"),
            preserve_default=False,
        ),
        migrations.RunSQL(TO_THE_ACCOUNT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "mail"), ("email", ""), _connector="OR"),
                name="invitation_on_paper_has_no_address",
                violation_error_message="A printed slip goes to no e-mail address.",
            ),
        ),
    ]
