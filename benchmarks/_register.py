"""A register as large as a nation's: directives whose words are as frequent as those of real ones."""

import datetime as dt
import random
import unicodedata
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantoa.directives.models import Directive
    from lantoa.organizations.models import Unit

WORDS = """
nghị quyết, chỉ thị, kết luận, đảng ủy, cán bộ, đảng viên, chuyển đổi, khoa học, công nghệ, giáo dục, đào tạo, y tế,
nông thôn, biên giới, hòa bình, hữu nghị, dân tộc, tôn giáo, kinh tế, xã hội, văn hóa, du lịch, môi trường, rừng
núi, thủy lợi, giao thông, an ninh, quốc phòng, tuyên truyền, phổ biến, quán triệt, học tập, kiểm tra, giám sát, kỷ
luật, tổ chức, chi bộ, đảng bộ, cấp ủy, bí thư, thanh niên, phụ nữ, nông dân, cựu binh, mặt trận, đoàn kết, phát
triển, bền vững, đổi mới, sáng tạo, hội nhập, quốc tế, pháp luật, pháp quyền, cải cách, hành chính, công vụ, tài
chính, ngân sách, đầu tư, xây dựng, quy hoạch, đất đai, dân số, lao động, việc làm, bảo hiểm, giảm nghèo, trẻ em,
người cao, gia đình, thể thao, báo chí, truyền thông, thông tin, dữ liệu, số hóa, nhân dân, chính quyền, nhà nước,
trung ương, địa phương, cơ sở, thực hiện, triển khai, tăng cường, nâng cao, chất lượng, hiệu quả, nhiệm vụ, giải
pháp, mục tiêu, chương trình, kế hoạch, đề án
"""
"""Words of the field, the usual ones of a register."""
INITIALS = "b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x"
RHYMES = (
    "a ai an ang anh ao ăn âm ân âu ây en eo ê ên êm i in inh iên iêu o on ong ôi ôn ông ơi ơn u un ung ư ươi ương uyên"
)
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def directive_of(chance: random.Random, words: "Words", number: int, unit: "Unit") -> "Directive":
    """The directive of that number, not yet written."""
    from lantoa.directives.models import Directive

    suffix = chance.choice(("NQ/TW", "CT/TW", "KL/TW", "QĐ/TU", "KH/ĐU", "NQ/ĐU"))
    return Directive(
        client_id=uuid.UUID(int=number),
        registered_by=unit,
        kind=chance.choice(("resolution", "instruction", "conclusion", "decision")),
        number=f"{1 + number % 900}-{suffix}",
        body=chance.choice(
            ("Bộ Chính trị", "Ban Thường vụ Tỉnh ủy", "Ban Thường vụ Đảng ủy", "Ban Chấp hành Trung ương")
        ),
        issued_on=dt.date(2010, 1, 1) + dt.timedelta(days=number * 37 % 6000, seconds=number),
        directive_class="general",
        study_mode="study",
        title=f"Về {words.some(9)}",
        abstract=words.some(30),
    )


class Words:
    """Words by Zipf's law: those of the field first, then invented syllables."""

    def __init__(self, chance: random.Random) -> None:
        syllables = [a + b + tone for a in INITIALS.split() for b in RHYMES.split() for tone in TONES]
        chance.shuffle(syllables)
        self._words = [
            *(one.strip() for one in WORDS.split(",")),
            *(unicodedata.normalize("NFC", one) for one in syllables),
        ]
        self._weights = list(self._cumulated(len(self._words)))
        self._chance = chance

    @staticmethod
    def _cumulated(count: int) -> Iterator[float]:
        total = 0.0
        for rank in range(count):
            total += 1 / (rank + 8)
            yield total

    def some(self, count: int) -> str:
        """So many words, some of two syllables."""
        return " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=count))
