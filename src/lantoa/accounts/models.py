"""Users: who can sign in. What a user may do comes from the appointments of the person behind it, never from here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock


class UserManager(BaseUserManager["User"]):
    """Opens accounts; there are no superusers, since authority comes from appointments."""

    def create_user(self, *, username: str, password: str | None = None, email: str = "") -> "User":
        """A new user with the password hashed; without a password nobody can sign in as that user."""
        user = self.model(username=self.model.normalize_username(username), email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in. It holds no name: the person's record does."""

    username = models.CharField(
        _("sign-in name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This sign-in name is taken. Choose another.")},
    )
    email = models.EmailField(_("e-mail"), blank=True)
    must_change_password = models.BooleanField(_("has a one-time password"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("opened on"), default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.username


class SignInLimit(models.Model):
    """How many failed sign-ins are counted for one account, device or address, and until when the next has to wait.

    Written by `limits` alone. `key` holds a keyed hash of whose count it is; `level` falls by one in `forgets` seconds.
    """

    key = models.CharField(max_length=80, primary_key=True, db_collation="C")
    level = models.FloatField()
    forgets = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("count of failed sign-ins")
        verbose_name_plural = _("counts of failed sign-ins")

    def __str__(self) -> str:
        return self.key
