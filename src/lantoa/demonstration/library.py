"""The library of the demonstration: what the district and one commune wrote, reviewed, handed on and published."""

import datetime as dt
from dataclasses import dataclass

from django.core.files.base import ContentFile

from lantoa.demonstration.organisation import District, stable_id
from lantoa.demonstration.planning import at
from lantoa.directives.models import Directive
from lantoa.kernel import clock
from lantoa.materials.counting import count_fetch
from lantoa.materials.enums import Channel, MaterialAudience, MaterialKind
from lantoa.materials.facts import Facts
from lantoa.materials.models import Material, Publication
from lantoa.materials.services import (
    Content,
    accept_version,
    correct_publication,
    record_publication,
    register_material,
    return_version,
    share_material,
    write_version,
)
from lantoa.materials.services.ledger import Published
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role, SpokenLanguage
from lantoa.organizations.models import Unit
from lantoa.typesetting.papers import Head, Heading, Nation, Paper, Paragraph, Part
from lantoa.typesetting.pdf import pdf_of
from lantoa.typesetting.word import word_of

DIRECTIVE = "57-NQ/TW"
COMMUNE, MONG = "Đảng bộ xã Mường So", "Đảng bộ xã Sin Suối Hồ"
POINTS = (
    "Khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số là đột phá quan trọng hàng đầu.",
    "Người dân, doanh nghiệp là trung tâm; mọi việc đo bằng lợi ích mà bà con nhận được.",
    "Ở cơ sở: tổ công nghệ số cộng đồng đến từng bản, giúp làm thủ tục ngay tại bản.",
    "Đảng viên gương mẫu học và dùng dịch vụ công trực tuyến; mỗi chi bộ chọn một việc cụ thể.",
)
SPOKEN = (
    "Ý chính để người nói chuyển lời sang tiếng Mông tại buổi họp bản:\n\n"
    "1. Nhà nước làm cho việc giấy tờ nhẹ đi: có điện thoại là làm được, cán bộ giúp tại bản.\n"
    "2. Con em được học công nghệ; người lớn được chỉ cách gọi khám bệnh, bán nông sản qua mạng.\n"
    "3. Giữ mật khẩu như giữ nhà: không đọc mã cho người lạ, gặp lạ thì hỏi công an xã."
)
DIGEST = "\n\n".join(POINTS)
TOO_SMALL = "Chữ trong hình quá nhỏ, đọc trên điện thoại không rõ. Đề nghị tách thành hai hình."


@dataclass(frozen=True)
class Desk:
    """Who writes and who reviews at one unit."""

    unit: Unit
    writer: Actor
    approver: Actor

    @classmethod
    def of(cls, district: District, unit: Unit) -> "Desk":
        """The officer and the approver of the unit."""
        staff = district.staff_of(unit)
        return cls(unit, staff.who(Role.OFFICER), staff.who(Role.APPROVER))


def fill_library(district: District, register: dict[str, Directive], today: dt.date) -> None:
    """Seven materials: one of two versions, one for talks in Mông, one returned, one that waits, one of a commune."""
    directive = register[DIRECTIVE]
    desk = Desk.of(district, district.committee)
    units = {unit.name: unit for unit in district.grassroots}
    day = today - dt.timedelta(days=40)
    outline = _enter(desk, directive, day, "Đề cương tuyên truyền Nghị quyết số 57-NQ/TW", Content(
        upload=_word("ĐỀ CƯƠNG TUYÊN TRUYỀN", POINTS[:2]), light_text=DIGEST, no_secrecy_declared=True
    ))  # fmt: skip
    _accept(desk, outline, day)
    _second_version(desk, outline, day + dt.timedelta(days=3))
    slides = _enter(
        desk,
        directive,
        day + dt.timedelta(days=4),
        "Bài trình chiếu dùng tại hội nghị quán triệt",
        Content(upload=_pdf("BÀI TRÌNH CHIẾU", POINTS), light_text=DIGEST, no_secrecy_declared=True),
        kind=MaterialKind.SLIDES,
    )
    _accept(desk, slides, day + dt.timedelta(days=4))
    digest = _enter(
        desk, directive, day + dt.timedelta(days=5), "Nghị quyết số 57-NQ/TW trong một trang",
        Content(text=DIGEST), kind=MaterialKind.DIGEST, audience=MaterialAudience.PEOPLE,
    )  # fmt: skip
    _accept(desk, digest, day + dt.timedelta(days=5))
    mong = _enter(
        desk, directive, day + dt.timedelta(days=6), "Ý chính để nói bằng tiếng Mông", Content(text=SPOKEN),
        audience=MaterialAudience.PEOPLE, language=SpokenLanguage.HMONG, place=units[MONG],
    )  # fmt: skip
    _accept(desk, mong, day + dt.timedelta(days=6))
    picture = _enter(
        desk,
        directive,
        day + dt.timedelta(days=7),
        "Đồ họa: bốn điểm mới của Nghị quyết số 57-NQ/TW",
        Content(upload=_pdf("BỐN ĐIỂM MỚI", POINTS), no_secrecy_declared=True),
        kind=MaterialKind.INFOGRAPHIC,
    )
    with clock.supposing(at(day + dt.timedelta(days=8), 15)):
        return_version(actor=desk.approver, version=picture.versions.get(), comment=TOO_SMALL)
    _enter(
        desk, directive, today - dt.timedelta(days=1), "Phóng sự: tổ công nghệ số cộng đồng ở bản",
        Content(address="https://example.org/phong-su-to-cong-nghe-so"), kind=MaterialKind.VIDEO,
        audience=MaterialAudience.PEOPLE,
    )  # fmt: skip
    _spread(district, (outline, slides, mong), today)
    _publish(desk, digest, today)
    _of_the_commune(district, units[COMMUNE], directive, today)


def _enter(
    desk: Desk,
    directive: Directive,
    day: dt.date,
    title: str,
    content: Content,
    *,
    kind: MaterialKind = MaterialKind.OUTLINE,
    audience: MaterialAudience = MaterialAudience.MEMBERS,
    language: SpokenLanguage = SpokenLanguage.VIETNAMESE,
    place: Unit | None = None,
) -> Material:
    facts = Facts(title=title, directives=(directive,), audience=audience, language=language, place=place)
    with clock.supposing(at(day, 9)):
        return register_material(
            actor=desk.writer,
            client_id=stable_id(f"material {desk.unit.name} {title}"),
            owner=desk.unit,
            kind=kind,
            facts=facts,
            content=content,
        )


def _accept(desk: Desk, material: Material, day: dt.date) -> None:
    with clock.supposing(at(day, 16)):
        accept_version(actor=desk.approver, version=material.versions.get(state="waiting"))


def _second_version(desk: Desk, material: Material, day: dt.date) -> None:
    with clock.supposing(at(day, 9)):
        write_version(
            actor=desk.writer,
            client_id=stable_id(f"material {material.title} 2"),
            material=material,
            content=Content(upload=_word("ĐỀ CƯƠNG TUYÊN TRUYỀN", POINTS), light_text=DIGEST, no_secrecy_declared=True),
            change="Thêm hai ý về việc làm ở cơ sở.",
        )
    _accept(desk, material, day)


def _spread(district: District, materials: tuple[Material, ...], today: dt.date) -> None:
    """Two units in three have fetched the outline, fewer the rest."""
    for rarity, material in enumerate(materials, start=1):
        version = material.versions.get(state="in_use")
        for position, unit in enumerate(district.grassroots):
            if position % (rarity + 2) != rarity:
                with clock.supposing(at(today - dt.timedelta(days=1 + position % 20), 10)):
                    count_fetch(version, unit.pk)


def _publish(desk: Desk, material: Material, today: dt.date) -> None:
    """Four lines, the third typed wrongly and corrected."""
    told = (
        (Channel.ZALO, "Nhóm Zalo “Báo cáo viên Phong Thổ”", 62, "Lượt xem hiện trong nhóm"),
        (Channel.FACEBOOK, "Trang Facebook “Tuyên giáo Phong Thổ”", 1_840, "Số người tiếp cận do trang báo"),
        (Channel.LOUDSPEAKER, "Cụm loa trung tâm xã Mường So, 3 buổi", 5_000, "Ước theo số hộ trong tầm loa"),
        (Channel.NOTICE_BOARD, "Bảng tin nhà văn hóa các bản vùng thấp", None, ""),
    )
    lines: list[Publication] = []
    day = today - dt.timedelta(days=20)
    for number, (channel, address, reach, source) in enumerate(told):
        with clock.supposing(at(day + dt.timedelta(days=number), 17)):
            published = Published(
                channel=channel, published_on=clock.today(), address=address, reach=reach, reach_source=source
            )
            line = record_publication(
                actor=desk.writer,
                client_id=stable_id(f"publication {number}"),
                material=material,
                unit=desk.unit,
                published=published,
            )
            lines.append(line)
    wrong = lines[2]
    with clock.supposing(at(day + dt.timedelta(days=6), 9)):
        correct_publication(
            actor=desk.writer,
            client_id=stable_id("publication corrected"),
            line=wrong,
            published=Published(
                channel=wrong.channel,
                published_on=wrong.published_on,
                address=wrong.address,
                reach=500,
                reach_source=wrong.reach_source,
            ),
            takes_back=False,
            reason="Gõ thừa một số 0.",
        )


def _of_the_commune(district: District, unit: Unit, directive: Directive, today: dt.date) -> None:
    """What a commune wrote for its own villages, with a link that its people open without sign-in."""
    desk = Desk.of(district, unit)
    material = _enter(
        desk, directive, today - dt.timedelta(days=3), "Bản tin loa xã Mường So về chuyển đổi số",
        Content(text=DIGEST, address=""), audience=MaterialAudience.PEOPLE, place=unit,
    )  # fmt: skip
    _accept(desk, material, today - dt.timedelta(days=3))
    share_material(
        actor=desk.writer,
        client_id=stable_id("share link of the commune"),
        material=material,
        ends_on=today + dt.timedelta(days=60),
    )


def _paper(title: str, points: tuple[str, ...]) -> Paper:
    head = Head(nation=Nation.PARTY, superior="HUYỆN ỦY PHONG THỔ", issuer="BAN TUYÊN GIÁO", place="Phong Thổ")
    parts: list[Part] = [Heading("Những điểm cần nắm"), *(Paragraph(point, item=True) for point in points)]
    return Paper(head=head, title=(title, "Nghị quyết số 57-NQ/TW của Bộ Chính trị"), parts=parts)


def _word(title: str, points: tuple[str, ...]) -> "ContentFile[bytes]":
    return ContentFile(word_of(_paper(title, points)), name="de-cuong-nghi-quyet-57.docx")


def _pdf(title: str, points: tuple[str, ...]) -> "ContentFile[bytes]":
    return ContentFile(pdf_of(_paper(title, points)), name="nghi-quyet-57.pdf")
