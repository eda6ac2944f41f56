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
