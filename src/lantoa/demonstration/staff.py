"""The sign-ins that a visitor of the demonstration may use, one for each role and a few more to follow the story."""

from dataclasses import dataclass

from lantoa.demonstration.organisation import PASSWORD, District, assign, sign_in
from lantoa.organizations.actors import Actor
from lantoa.organizations.enums import Role
from lantoa.organizations.models import Unit

__all__ = ["PASSWORD", "SIGN_INS", "SignIn", "make_visitors"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in name, the role and the unit that it has."""

    username: str
    role: Role
    unit: str
    title: str
    beside: tuple[str, ...] = ()


DISTRICT = "Đảng bộ huyện Phong Thổ"
SIGN_INS = (
    SignIn("quantri", Role.ADMINISTRATOR, "Đảng bộ tỉnh Lai Châu", "Quản trị hệ thống"),
    SignIn("tuyengiao", Role.OFFICER, DISTRICT, "Phó Trưởng ban Tuyên giáo"),
    SignIn("thuongvu", Role.APPROVER, DISTRICT, "Ủy viên Ban Thường vụ"),
    SignIn("bithu.huyen", Role.SECRETARY, DISTRICT, "Bí thư Huyện ủy"),
    SignIn("vanthu.huyen", Role.CLERK, DISTRICT, "Văn thư Huyện ủy"),
    SignIn("kiemtra", Role.INSPECTOR, DISTRICT, "Ủy viên Ủy ban Kiểm tra"),
    SignIn("baocaovien", Role.SPEAKER, DISTRICT, "Báo cáo viên"),
    SignIn("bientap", Role.EDITOR, DISTRICT, "Biên tập viên"),
    SignIn("lanhdao", Role.VIEWER, DISTRICT, "Lãnh đạo Văn phòng"),
    SignIn(
        "theodoi", Role.FOLLOWER, "Đảng bộ xã Huổi Luông", "Huyện ủy viên phụ trách xã", ("Đảng bộ xã Sin Suối Hồ",)
    ),
    SignIn("muongso.tuyengiao", Role.OFFICER, "Đảng bộ xã Mường So", "Cán bộ tuyên giáo"),
    SignIn("muongso.duyet", Role.APPROVER, "Đảng bộ xã Mường So", "Ủy viên Ban Thường vụ"),
    SignIn("muongso.bithu", Role.SECRETARY, "Đảng bộ xã Mường So", "Bí thư Đảng ủy"),
    SignIn("muongso.vanthu", Role.CLERK, "Đảng bộ xã Mường So", "Văn thư Đảng ủy"),
    SignIn("nguoixem.tinh", Role.VIEWER, "Đảng bộ tỉnh Lai Châu", "Lãnh đạo Văn phòng Tỉnh ủy"),
    SignIn("phongvien", Role.EDITOR, DISTRICT, "Phóng viên"),
    SignIn("muongso.bientap", Role.EDITOR, "Đảng bộ xã Mường So", "Biên tập viên"),
    SignIn("muongso.phongvien", Role.EDITOR, "Đảng bộ xã Mường So", "Cộng tác viên"),
)


def make_visitors(district: District) -> dict[str, Actor]:
    """Open the visitors' accounts; the administrator's exists already. Returns each one's actor by sign-in name.

    Whoever signs in at a grassroots organisation takes the place of its own staff in the story.
    """
    units = {unit.name: unit for unit in (district.root, district.committee, *district.grassroots)}
    offices = district.cells_under(district.block)[1:]
    pool = iter(person for cell in offices for person in district.people[cell.pk][1:3])
    actors: dict[str, Actor] = {"quantri": district.administrator}
    for wanted in SIGN_INS[1:]:
        unit: Unit = units[wanted.unit]
        person = next(pool)
        for name in wanted.beside:
            assign(district, person, wanted.role, units[name], wanted.title)
        actor = sign_in(district, person, wanted.role, unit, wanted.title, wanted.username)
        actors[wanted.username] = actor
        district.staff_of(unit).actors[wanted.role] = actor
    return actors
