"""Stored files: checked by content, hashed, declared free of secrecy marks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.kernel import clock


class StoredFile(models.Model):
    """One uploaded file. `content_type` was found in the bytes, never taken from the name.

    `no_secrecy_declared` is the uploader's declaration that the file bears no secrecy mark (Mật, Tối mật, Tuyệt mật).
    """

    client_id = models.UUIDField(unique=True)
    content = models.FileField(_("file"), upload_to="%Y/%m")
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("kind of file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    no_secrecy_declared = models.BooleanField(_("bears no secrecy mark"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                name="file_declared_free_of_secrecy",
                condition=models.Q(no_secrecy_declared=True),
                violation_error_message=_("Declare that the file bears no secrecy mark before you upload it."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
