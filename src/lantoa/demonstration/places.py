"""The Party organisations of the demonstration district.

The communes are real; the numbers are those that the district published in 2023: 62 grassroots organisations, 272
cells under grassroots committees (21 in the office block, 251 in communes and the town), 3,517 members. Which cells
there are, and how many members each has, is made up so that these sums hold.
"""

from dataclasses import dataclass
from random import Random

MEMBERS = 3_517
VISITED = "Đảng bộ xã Mường So"
PILOTS = ("Huổi Luông", "Sin Suối Hồ", "Mường So")


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune or the town: code in the administrative list, number of cells, peoples who live there."""

    code: str
    name: str
    cells: int
    peoples: tuple[str, ...]


COMMUNES = (
    Commune("3549", "thị trấn Phong Thổ", 18, ("Kinh", "Thái", "Giáy")),
    Commune("3391", "xã Lả Nhì Thàng", 11, ("Mông", "Dao", "Giáy")),
    Commune("3490", "xã Huổi Luông", 22, ("Dao", "Hà Nhì", "Mông")),
    Commune("3550", "xã Sì Lở Lầu", 13, ("Dao", "Mông", "Hà Nhì")),
    Commune("3553", "xã Mồ Sì San", 9, ("Dao", "Mông")),
    Commune("3559", "xã Pa Vây Sử", 11, ("Mông", "Dao", "Hà Nhì")),
    Commune("3562", "xã Vàng Ma Chải", 13, ("Dao", "Mông", "Hà Nhì")),
    Commune("3565", "xã Tông Qua Lìn", 11, ("Mông", "Dao")),
    Commune("3568", "xã Mù Sang", 12, ("Mông", "Dao")),
    Commune("3571", "xã Dào San", 18, ("Mông", "Dao", "Kinh")),
    Commune("3574", "xã Ma Ly Pho", 13, ("Dao", "Hà Nhì", "Thái")),
    Commune("3577", "xã Bản Lang", 18, ("Dao", "Thái", "Mông")),
    Commune("3580", "xã Hoang Thèn", 13, ("Dao", "Thái")),
    Commune("3583", "xã Khổng Lào", 14, ("Thái", "Dao")),
    Commune("3586", "xã Nậm Xe", 18, ("Dao", "Mông", "Thái")),
    Commune("3589", "xã Mường So", 20, ("Thái", "Kinh", "Thái")),
    Commune("3592", "xã Sin Suối Hồ", 17, ("Mông", "Dao")),
)

COMMUNE_OFFICES = (
    ("Chi bộ Cơ quan {name}", ""),
    ("Chi bộ Trường Mầm non {name}", "education"),
    ("Chi bộ Trường Tiểu học {name}", "education"),
    ("Chi bộ Trạm Y tế {name}", "health"),
    ("Chi bộ Công an {name}", ""),
    ("Chi bộ Quân sự {name}", ""),
)

BLOCK_CELLS = (
    ("Chi bộ Văn phòng Huyện ủy", ""),
    ("Chi bộ Ban Tổ chức Huyện ủy", ""),
    ("Chi bộ Ban Tuyên giáo Huyện ủy", "culture"),
    ("Chi bộ Ban Dân vận Huyện ủy", ""),
    ("Chi bộ Ủy ban Kiểm tra Huyện ủy", ""),
    ("Chi bộ Văn phòng Hội đồng nhân dân và Ủy ban nhân dân huyện", ""),
    ("Chi bộ Phòng Nội vụ", ""),
    ("Chi bộ Phòng Tài chính – Kế hoạch", ""),
    ("Chi bộ Phòng Giáo dục và Đào tạo", "education"),
    ("Chi bộ Phòng Nông nghiệp và Phát triển nông thôn", "agriculture"),
    ("Chi bộ Phòng Tài nguyên và Môi trường", "agriculture"),
    ("Chi bộ Phòng Kinh tế và Hạ tầng", ""),
    ("Chi bộ Phòng Văn hóa và Thông tin", "culture"),
    ("Chi bộ Phòng Lao động – Thương binh và Xã hội", ""),
    ("Chi bộ Phòng Dân tộc", ""),
    ("Chi bộ Phòng Tư pháp", ""),
    ("Chi bộ Thanh tra huyện", ""),
    ("Chi bộ Mặt trận Tổ quốc và các đoàn thể", ""),
    ("Chi bộ Trung tâm Văn hóa, Thể thao và Truyền thông", "culture"),
    ("Chi bộ Trung tâm Chính trị", "education"),
    ("Chi bộ Trung tâm Dịch vụ nông nghiệp", "agriculture"),
)

GRASSROOTS_CELLS = (
    *((f"Chi bộ Trường Trung học cơ sở {commune.name}", "education") for commune in COMMUNES),
    ("Chi bộ Trường Trung học phổ thông Phong Thổ", "education"),
    ("Chi bộ Trường Trung học phổ thông Dào San", "education"),
    ("Chi bộ Trường Phổ thông dân tộc nội trú huyện", "education"),
    ("Chi bộ Trung tâm Giáo dục nghề nghiệp – Giáo dục thường xuyên", "education"),
    ("Chi bộ Trung tâm Y tế huyện", "health"),
    ("Chi bộ Phòng khám đa khoa khu vực Dào San", "health"),
    ("Chi bộ Phòng khám đa khoa khu vực Mường So", "health"),
    ("Chi bộ Hạt Kiểm lâm", "agriculture"),
    ("Chi bộ Ban Quản lý rừng phòng hộ", "agriculture"),
    ("Chi bộ Chi cục Thuế", ""),
    ("Chi bộ Kho bạc Nhà nước", ""),
    ("Chi bộ Ngân hàng Nông nghiệp và Phát triển nông thôn", ""),
    ("Chi bộ Ngân hàng Chính sách xã hội", ""),
    ("Chi bộ Bảo hiểm xã hội", ""),
    ("Chi bộ Viện kiểm sát nhân dân", ""),
    ("Chi bộ Tòa án nhân dân", ""),
    ("Chi bộ Chi cục Thi hành án dân sự", ""),
    ("Chi bộ Chi cục Thống kê", ""),
    ("Chi bộ Điện lực", ""),
    ("Chi bộ Bưu điện", ""),
    ("Chi bộ Viễn thông", ""),
    ("Chi bộ Đội Quản lý thị trường", ""),
    ("Chi bộ Chi cục Hải quan cửa khẩu Ma Lù Thàng", ""),
    ("Chi bộ Ban Quản lý cửa khẩu", ""),
    ("Chi bộ Ban Quản lý dự án", ""),
    ("Chi bộ Hợp tác xã Chuối Huổi Luông", "agriculture"),
    ("Chi bộ Công ty Cổ phần Chè Phong Thổ", "agriculture"),
)

_FIRST = ("Nậm", "Huổi", "Tả", "Sin", "Pa", "Lùng", "Hoàng", "Sì", "Mán", "Tô", "Na", "Phai", "Chang", "Vàng")
_SECOND = ("Sin", "Lùng", "Cúng", "Phìn", "Chải", "Thàng", "Trang", "Cang", "Xa", "Páo", "Liên", "Ô", "Khèo", "Má")


@dataclass(frozen=True, slots=True)
class CellPlace:
    """A cell to be made: name, sector of its people ("" for none), the village where they live, their peoples."""

    name: str
    sector: str
    village: str
    peoples: tuple[str, ...]


def commune_cells(commune: Commune, random: Random) -> list[CellPlace]:
    """The cells of one commune: its offices, and one for each village until the number is reached."""
    cells = [
        CellPlace(pattern.format(name=commune.name), sector, "", (*commune.peoples, "Kinh"))
        for pattern, sector in COMMUNE_OFFICES
    ]
    names = [f"{first} {second}" for first in _FIRST for second in _SECOND if first != second]
    for village in random.sample(names, commune.cells - len(cells)):
        kind = "tổ dân phố" if commune.name.startswith("thị trấn") else "bản"
        people = random.choice(commune.peoples)
        cells.append(CellPlace(f"Chi bộ {kind} {village}", "", f"{kind} {village}", (people, people, people, "Kinh")))
    return cells


def share_members(weights: list[float], total: int = MEMBERS) -> list[int]:
    """Whole numbers in proportion to `weights` that sum to `total` exactly, none under 3 (largest remainders)."""
    scale = (total - 3 * len(weights)) / sum(weights)
    exact = [3 + weight * scale for weight in weights]
    shares = [int(number) for number in exact]
    missing = total - sum(shares)
    for index in sorted(range(len(exact)), key=lambda i: shares[i] - exact[i])[:missing]:
        shares[index] += 1
    return shares
