"""Whether a word is spelt as a Vietnamese syllable: by its initial, its rhyme and its one tone.

The inventory follows the standard orthography; it tells text in the right encoding from the same bytes read wrongly,
and no more: names from other languages may well be spelt otherwise.
"""

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0301": "s", "\u0323": "j"}
_INITIALS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
_OPEN_RHYMES = (
    "a ai ao au ay âu ây e eo ê êu i ia iu iêu o oa oai oao oay oe oeo oi ô ôi ơ ơi u ua ui uy uya uyu uây uê uơ uôi "
    "ư ưa ưi ưu ươi ươu y yêu"
)
_NASAL_RHYMES = (
    "am an ang anh ăm ăn ăng âm ân âng em en eng êm ên ênh im in inh iêm iên iêng om on ong oong oam oan oang oanh "
    "oăm oăn oăng oen ôm ôn ông ơm ơn um un ung uôm uôn uông uân uâng uênh uyên uynh ưm ưn ưng ươm ươn ương "
    "yêm yên yêng ynh"
)
_STOPPED_RHYMES = (
    "ac ach ap at ăc ăp ăt âc âp ât ec ep et êch êp êt ich ip it iêc iêp iêt oc op ot ooc oac oach oap oat oăc oăt oet "
    "ôc ôp ôt ơp ơt uc up ut uôc uôp uôt uât uêch uych uyt uyêt ưc ưt ươc ươp ươt yêt ych yp yt"
)
_SMOOTH = re.compile(rf"(?:{_INITIALS})(?:{'|'.join((_OPEN_RHYMES + ' ' + _NASAL_RHYMES).split())})")
_STOPPED = re.compile(rf"(?:{_INITIALS})(?:{'|'.join(_STOPPED_RHYMES.split())})")


@lru_cache(maxsize=32_768)
def is_syllable(word: str) -> bool:
    """Whether `word`, in any case and form of composition, is spelt as one Vietnamese syllable."""
    letters, tones = _parted(word)
    if len(tones) > 1:
        return False
    if _SMOOTH.fullmatch(letters):
        return True
    return tones in ("s", "j") and _STOPPED.fullmatch(letters) is not None


def _parted(word: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", word.lower())
    tones = "".join(_TONES[mark] for mark in marks if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)), tones
