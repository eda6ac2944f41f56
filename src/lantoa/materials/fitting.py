"""What each kind of material comes in."""

from lantoa.files.content import AUDIO_KINDS, DOCX, PDF, PICTURE_KINDS, PPTX, FileKind
from lantoa.materials.enums import MaterialKind

FITTING: dict[MaterialKind, tuple[FileKind, ...]] = {
    MaterialKind.OUTLINE: (DOCX, PDF),
    MaterialKind.SLIDES: (PPTX, PDF),
    MaterialKind.AUDIO: AUDIO_KINDS,
    MaterialKind.PICTURE: PICTURE_KINDS,
    MaterialKind.INFOGRAPHIC: (*PICTURE_KINDS, PDF),
    MaterialKind.VIDEO: (),
    MaterialKind.DIGEST: (DOCX, PDF),
}
"""The kinds of file of each kind of material; a video is given by its address alone."""
LIGHT: dict[MaterialKind, tuple[FileKind, ...]] = {
    MaterialKind.OUTLINE: (PDF,),
    MaterialKind.SLIDES: (PDF,),
    MaterialKind.AUDIO: AUDIO_KINDS,
    MaterialKind.PICTURE: PICTURE_KINDS,
    MaterialKind.INFOGRAPHIC: PICTURE_KINDS,
    MaterialKind.VIDEO: AUDIO_KINDS,
    MaterialKind.DIGEST: (PDF,),
}
"""The kinds of file of the light variant: a smaller picture, sound of a lower bit rate, the sound of a video alone."""


def labels(kinds: tuple[FileKind, ...]) -> str:
    """What people call these kinds of file."""
    return ", ".join(kind.label for kind in kinds)
