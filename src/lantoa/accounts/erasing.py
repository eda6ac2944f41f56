"""What the accounts hold about a person whose data are erased."""

import uuid

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from lantoa.accounts.models import Invitation, Session, User
from lantoa.accounts.second_factor import factors


def forget_user(user_id: int) -> int:
    """Leave of an account its number alone, which events and the log refer to: no name, no address, no sign-in.

    Every session of the account ends, and every invitation. Returns how many rows were changed or deleted.
    """
    user = User.objects.select_for_update().get(pk=user_id)
    user.username = f"erased-{uuid.uuid4().hex}"
    user.email = ""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["username", "email", "is_active", "password"])
    addresses = EmailAddress.objects.filter(user=user).delete()[0]
    others = SocialAccount.objects.filter(user=user).delete()[0]
    sessions = Session.objects.filter(user=user).delete()[0]
    invitations = Invitation.objects.filter(user=user).delete()[0]
    return 1 + int(addresses) + int(others) + int(sessions) + int(invitations) + factors.forget(user_id)
