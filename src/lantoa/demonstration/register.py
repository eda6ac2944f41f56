"""The directives of the demonstration: real documents, with their real numbers and dates."""

import datetime as dt

from lantoa.demonstration.organisation import District, stable_id
from lantoa.directives.enums import DirectiveClass, DirectiveKind, StudyMode
from lantoa.directives.models import Directive
from lantoa.directives.services import register_directive
from lantoa.organizations.actors import Actor

CENTRAL_COMMITTEE = "Ban Chấp hành Trung ương"
POLITBURO = "Bộ Chính trị"

RESOLUTION, INSTRUCTION = DirectiveKind.RESOLUTION, DirectiveKind.INSTRUCTION
CONCLUSION, DECISION = DirectiveKind.CONCLUSION, DirectiveKind.DECISION
GENERAL, STRATEGIC, SECTORAL = DirectiveClass.GENERAL, DirectiveClass.STRATEGIC, DirectiveClass.SECTORAL

DIRECTIVES = (
    (
        DECISION,
        "1327-QĐ/TU",
        "Ban Thường vụ Tỉnh ủy Lai Châu",
        dt.date(2013, 8, 28),
        GENERAL,
        StudyMode.BRIEF,
        (
            "Ban hành Đề án “Đổi mới, nâng cao chất lượng, hiệu quả công tác tuyên truyền, tổ chức học tập, quán triệt "
            "nghị quyết của Đảng”"
        ),
    ),
    (
        INSTRUCTION,
        "05-CT/TW",
        POLITBURO,
        dt.date(2016, 5, 15),
        GENERAL,
        StudyMode.BRIEF,
        "Về đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    ),
    (
        CONCLUSION,
        "01-KL/TW",
        POLITBURO,
        dt.date(2021, 5, 18),
        GENERAL,
        StudyMode.BRIEF,
        (
            "Về tiếp tục thực hiện Chỉ thị số 05-CT/TW về đẩy mạnh học tập và làm theo tư tưởng, đạo đức, phong cách "
            "Hồ Chí Minh"
        ),
    ),
    (
        RESOLUTION,
        "27-NQ/TW",
        CENTRAL_COMMITTEE,
        dt.date(2022, 11, 9),
        GENERAL,
        StudyMode.STUDY,
        "Về tiếp tục xây dựng và hoàn thiện Nhà nước pháp quyền xã hội chủ nghĩa Việt Nam trong giai đoạn mới",
    ),
    (
        RESOLUTION,
        "28-NQ/TW",
        CENTRAL_COMMITTEE,
        dt.date(2022, 11, 17),
        GENERAL,
        StudyMode.STUDY,
        "Về tiếp tục đổi mới phương thức lãnh đạo, cầm quyền của Đảng đối với hệ thống chính trị trong giai đoạn mới",
    ),
    (
        RESOLUTION,
        "29-NQ/TW",
        CENTRAL_COMMITTEE,
        dt.date(2022, 11, 17),
        STRATEGIC,
        StudyMode.STUDY,
        "Về tiếp tục đẩy mạnh công nghiệp hóa, hiện đại hóa đất nước đến năm 2030, tầm nhìn đến năm 2045",
    ),
    (
        RESOLUTION,
        "57-NQ/TW",
        POLITBURO,
        dt.date(2024, 12, 22),
        GENERAL,
        StudyMode.STUDY,
        "Về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia",
    ),
    (
        RESOLUTION,
        "71-NQ/TW",
        POLITBURO,
        dt.date(2025, 8, 22),
        SECTORAL,
        StudyMode.STUDY,
        "Về đột phá phát triển giáo dục và đào tạo",
    ),
)


def make_register(district: District, officer: Actor) -> dict[str, Directive]:
    """Register the directives at the district. Returns them by number."""
    register: dict[str, Directive] = {}
    for position, (kind, number, body, issued_on, klass, mode, title) in enumerate(DIRECTIVES):
        register[number] = register_directive(
            actor=officer,
            client_id=stable_id(f"directive {number}"),
            registered_by=district.committee,
            kind=kind,
            number=number,
            body=body,
            issued_on=issued_on,
            received_on=issued_on + dt.timedelta(days=9),
            directive_class=klass,
            sector=district.sectors["education"] if klass == SECTORAL else None,
            study_mode=mode,
            title=title,
            abstract="",
        )
        district.progress("Văn bản cần phổ biến", position + 1, len(DIRECTIVES))
    return register
