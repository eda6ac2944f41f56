"""Users, who can sign in, and where they are signed in. What a user may do comes from the appointments of the person
behind it, never from here."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lantoa.accounts.enums import InvitationKind, InvitationState, MailFailure
from lantoa.accounts.querysets import InvitationQuerySet, SessionQuerySet
from lantoa.kernel import clock

IDLE_LEAST, IDLE_MOST = 5, 240
"""Between how many minutes the administrator may choose."""


class UserManager(BaseUserManager["User"]):
    """Opens accounts; there are no superusers, since authority comes from appointments."""

    def create_user(self, *, username: str, password: str | None = None, email: str = "") -> "User":
        """A new user with the password hashed; without a password nobody can sign in as that user."""
        user = self.model(username=self.model.normalize_username(username), email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A sign-in. It holds no name: the person's record does.

    Groups and permissions are what the portal's editing pages ask for; the portal derives them from appointments, and
    nothing of ours asks them. Nobody is a superuser.
    """

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
    second_factor_reset_at = models.DateTimeField(_("second factor taken away on"), null=True)
    """Set until its owner was told at the next sign-in."""
    date_joined = models.DateTimeField(_("opened on"), default=clock.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_superuser=False),
                name="user_is_no_superuser",
                violation_error_message=_("Nobody may do everything: what a user may do comes from appointments."),
            ),
        ]

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


class Session(AbstractBaseSession):
    """One browser that keeps a session, with what its owner is shown of it. No address is kept.

    `user`, `device` and `signed_in_at` are empty while nobody is signed in there.
    """

    user = models.ForeignKey(
        User, verbose_name=_("user"), null=True, editable=False, on_delete=models.CASCADE, related_name="sessions"
    )
    device = models.CharField(_("device"), max_length=60, blank=True)
    signed_in_at = models.DateTimeField(_("signed in"), null=True)
    last_seen_at = models.DateTimeField(_("last seen"), default=clock.now)

    objects: ClassVar[SessionQuerySet] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sign-in session")
        verbose_name_plural = _("sign-in sessions")

    @property
    def handle(self) -> str:
        """What names the session on a page: who knows it cannot take the session over, as with the key."""
        return salted_hmac("accounts.sessions.handle", self.session_key, algorithm="sha256").hexdigest()[:24]


class AccessRules(models.Model):
    """What the administrator of the whole organisation set for every sign-in: one row, or none while the values of the
    environment hold."""

    idle_minutes = models.PositiveSmallIntegerField(
        _("idle minutes"), validators=[MinValueValidator(IDLE_LEAST), MaxValueValidator(IDLE_MOST)]
    )

    class Meta:
        verbose_name = _("access rules")
        verbose_name_plural = _("access rules")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="access_rules_are_one_row"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(IDLE_LEAST, IDLE_MOST)),
                name="access_rules_idle_minutes",
                violation_error_message=_("Choose between 5 and 240 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.idle_minutes} min"


class Invitation(models.Model):
    """A way for the owner of an account to choose a password, once: a link in a mail, or a code on a printed slip.

    The secret itself is nowhere in the table: `digest` is a keyed hash of it. An account has one open invitation at
    most; a new one ends the one before. `email` is where a link goes: it becomes the account's own address only when
    the invitation is used, since until then nobody has shown that the mails for it reach the owner.
    """

    client_id = models.UUIDField(unique=True, editable=False)
    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="invitations")
    kind = models.CharField(_("kind"), max_length=4, choices=InvitationKind)
    email = models.EmailField(_("e-mail"), blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False, db_collation="C")
    made_at = models.DateTimeField(_("made on"), default=clock.now)
    expires_at = models.DateTimeField(_("holds until"))
    delivered_at = models.DateTimeField(_("taken by the mail server"), null=True)
    failure = models.CharField(_("why it was not delivered"), max_length=15, choices=MailFailure, blank=True)
    used_at = models.DateTimeField(_("used on"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("This account has an open invitation already."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="invitation_holds_for_a_while",
                violation_error_message=_("An invitation must hold for a while."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind=InvitationKind.MAIL) | models.Q(email=""),
                name="invitation_on_paper_has_no_address",
                violation_error_message=_("A printed slip goes to no e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.made_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether its secret opens something now, as far as the row knows."""
        return self.used_at is None and self.withdrawn_at is None and clock.now() < self.expires_at

    @property
    def state(self) -> InvitationState:
        """How far it has come."""
        if self.used_at is not None:
            return InvitationState.USED
        if self.withdrawn_at is not None and self.withdrawn_at < self.expires_at:
            return InvitationState.WITHDRAWN
        if not self.is_open:
            return InvitationState.EXPIRED
        if self.kind == InvitationKind.SLIP:
            return InvitationState.PRINTED
        if self.delivered_at is not None:
            return InvitationState.DELIVERED
        return InvitationState.FAILED if self.failure else InvitationState.SENT
