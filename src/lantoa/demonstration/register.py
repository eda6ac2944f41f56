"""The directives of the demonstration: real documents, with their real numbers and dates."""

import datetime as dt
from dataclasses import replace

from lantoa.demonstration.organisation import District, stable_id
from lantoa.directives.enums import DirectiveClass, DirectiveKind, RelationKind, StudyMode
from lantoa.directives.facts import Facts
from lantoa.directives.models import Directive
from lantoa.directives.services import change_directive, register_directive, relate_directives
from lantoa.organizations.actors import Actor

CENTRAL_COMMITTEE = "Ban Chấp hành Trung ương"
POLITBURO = "Bộ Chính trị"

TOLD_IN_FULL = "57-NQ/TW"

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


KEY_POINTS = """
Xác định phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số là đột phá quan trọng hàng đầu.
Chấp nhận rủi ro, đầu tư mạo hiểm và độ trễ trong nghiên cứu khoa học, đổi mới sáng tạo.
Bố trí ít nhất 3% tổng chi ngân sách hằng năm cho phát triển khoa học, công nghệ, đổi mới sáng tạo, chuyển đổi số.
Người đứng đầu cấp ủy, chính quyền trực tiếp chịu trách nhiệm.
""".strip()
DIGEST = (
    "Nghị quyết coi khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số là đột phá quan trọng hàng đầu, là động lực "
    "chính để phát triển lực lượng sản xuất hiện đại và đổi mới phương thức quản trị quốc gia.\n\n"
    "Ở cơ sở: cán bộ, đảng viên gương mẫu học và dùng dịch vụ số; tổ công nghệ số cộng đồng đến từng bản giúp bà con; "
    "chi bộ chọn việc cụ thể, có chỉ tiêu, có người phụ trách, có thời hạn."
)


def make_register(district: District, officer: Actor) -> dict[str, Directive]:
    """Register the directives at the district, one with what speakers need, one that guides another. Returns them by
    number."""
    register: dict[str, Directive] = {}
    for position, (kind, number, body, issued_on, klass, mode, title) in enumerate(DIRECTIVES):
        facts = Facts(
            kind=kind,
            number=number,
            body=body,
            issued_on=issued_on,
            received_on=issued_on + dt.timedelta(days=9),
            directive_class=klass,
            sectors=(district.sectors["education"],) if klass == SECTORAL else (),
            study_mode=mode,
            title=title,
        )
        register[number] = register_directive(
            actor=officer,
            client_id=stable_id(f"directive {number}"),
            registered_by=district.committee,
            facts=facts,
        )
        if number == TOLD_IN_FULL:
            told = replace(facts, key_points=KEY_POINTS, digest=DIGEST)
            change_directive(actor=officer, directive=register[number], version=1, facts=told)
        district.progress("Văn bản cần phổ biến", position + 1, len(DIRECTIVES))
    relate_directives(actor=officer, directive=register["01-KL/TW"], kind=RelationKind.GUIDES, number="05-CT/TW")
    return register
