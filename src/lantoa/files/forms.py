"""Fields of a form that takes files, and the declaration that goes with them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lantoa.audit.usecases import SupportsUser
from lantoa.files import services
from lantoa.files.content import KINDS
from lantoa.files.models import StoredFile

ACCEPTED = ",".join(dict.fromkeys(ending for kind in KINDS for ending in kind.endings))


class SeveralFilesInput(forms.ClearableFileInput):
    """A file box that takes several files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several uploads; cleans to a list, empty where nothing was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SeveralFilesInput(attrs={"accept": ACCEPTED}))
        kwargs.setdefault("max_length", services.NAME_LENGTH)
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Each upload checked for itself."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        single = super().clean
        return [single(one, initial) for one in given]


class UploadsMixin(forms.Form):
    """Puts `uploads` and the declaration `no_secrecy_declared` on a form that also is an `OnceForm`."""

    uploads = SeveralFilesField(
        label=_("Files"),
        required=False,
        help_text=_(
            "PDF, Word, Excel, PowerPoint, audio, video (20 MB at most) or pictures (10 MB at most). "
            "You may choose several."
        ),
    )
    no_secrecy_declared = forms.BooleanField(
        label=_("I declare that none of these files bears a secrecy mark (confidential, secret or top secret)."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Asks for the declaration where there are files."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("uploads") and not cleaned.get("no_secrecy_declared"):
            self.add_error(
                "no_secrecy_declared", str(_("Declare that the file bears no secrecy mark before you upload it."))
            )
        return cleaned

    def store_files(self, *, actor: SupportsUser) -> list[StoredFile]:
        """Keep the uploads of this valid form; raises the refusals of `services.store_file`."""
        return services.store_files(
            actor=actor,
            client_id=self.cleaned_data["client_id"],
            uploads=self.cleaned_data["uploads"],
            no_secrecy_declared=self.cleaned_data["no_secrecy_declared"],
        )
