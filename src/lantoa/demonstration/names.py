"""Generated names of persons, in the ways of the peoples of the district. Nobody real is meant."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class NamingWay:
    """How one people forms names: family name, middle names of men and women, given names of men and women."""

    families: tuple[str, ...]
    middles_men: tuple[str, ...]
    middles_women: tuple[str, ...]
    givens_men: tuple[str, ...]
    givens_women: tuple[str, ...]

    def compose(self, random: Random) -> str:
        """One full name, with or without a middle name as the way has it."""
        woman = random.random() < 0.36
        middle = random.choice(self.middles_women if woman else self.middles_men)
        given = random.choice(self.givens_women if woman else self.givens_men)
        return " ".join(part for part in (random.choice(self.families), middle, given) if part)


_LOWLAND_MEN = ("Văn", "Văn", "Minh", "Đức", "Quốc", "Xuân", "Ngọc", "Hữu", "Đình", "Công")
_LOWLAND_WOMEN = ("Thị", "Thị", "Thị Thu", "Thị Ngọc", "Thu", "Thanh", "Thị Hồng", "Thị Kim")

WAYS: dict[str, NamingWay] = {
    "Kinh": NamingWay(
        ("Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đỗ", "Bùi", "Đặng", "Ngô", "Dương", "Phan"),
        _LOWLAND_MEN,
        _LOWLAND_WOMEN,
        ("Hùng", "Dũng", "Tuấn", "Hải", "Sơn", "Thắng", "Cường", "Long", "Hòa", "Quân", "Đạt", "Huy", "Ân", "Ấn"),
        ("Hà", "Hương", "Lan", "Hạnh", "Thủy", "Trang", "Yến", "Nhung", "Oanh", "Liên", "Huệ", "Phượng", "Vân"),
    ),
    "Thái": NamingWay(
        ("Lò", "Lò", "Quàng", "Cà", "Tòng", "Lường", "Mào", "Vàng", "Đèo", "Nùng", "Hà", "Khoàng", "Điêu"),
        ("Văn", "Văn", "Văn", "Xuân", "Kim", "Quốc"),
        ("Thị", "Thị", "Thị", "Thị Kim", "Thị Thu"),
        ("Pâng", "Ỏm", "Ún", "Thoong", "Muôn", "Phương", "Piêng", "Ngoan", "Chung", "Inh", "Sương", "Hặc", "Toan"),
        ("Ín", "Ón", "Phượng", "Thơm", "Pành", "Biên", "Xôm", "Chương", "Dưởng", "Hặc", "Mai", "Khăm"),
    ),
    "Mông": NamingWay(
        ("Giàng", "Giàng", "Vàng", "Sùng", "Thào", "Hạng", "Lý", "Má", "Cứ", "Chang", "Hảng", "Mùa", "Ly"),
        ("A", "A", "A", "Seo", "Páo", "Chờ"),
        ("Thị", "Thị", "Thị", ""),
        ("Páo", "Dơ", "Chớ", "Sử", "Tủa", "Lử", "Nhè", "Giống", "Vảng", "Sinh", "Của", "Phử", "Chinh", "Dế", "Sà"),
        ("Mỷ", "Dúa", "Sua", "Chư", "Máy", "Xía", "Pàng", "Cở", "Dính", "Sú", "Sáo", "Ninh"),
    ),
    "Dao": NamingWay(
        ("Tẩn", "Tẩn", "Phàn", "Chẻo", "Lý", "Lò", "Phùng", "Tẩn", "Chảo", "Đặng", "Triệu", "Vàng"),
        ("A", "Lao", "U", "Sài", "Chỉn", "Phủ", "Láo", "Vần", "Kim"),
        ("Mẩy", "Tả", "San", "Mỷ", "U", "Thị", "Lở"),
        ("Lở", "San", "Tả", "Sì", "Quang", "Phẩu", "Páo", "Sơn", "Nhàn", "Chòi", "Sểnh", "Phin", "Hin"),
        ("Mẩy", "San", "Nhẻ", "Phẩy", "Lai", "Diện", "Chòi", "Sểnh", "Phan", "Nái", "Lỉn"),
    ),
    "Hà Nhì": NamingWay(
        ("Lỳ", "Pờ", "Chang", "Khoàng", "Ly", "Sừng", "Phùng", "Vàng", "Chu", "Toán"),
        ("Hừ", "Xé", "Gió", "Lòng", "Phì", "Cà", "Nhù"),
        ("Gó", "Mé", "Xó", "Thó", "Lé", "Sí"),
        ("Xá", "Hừ", "Cà", "Xè", "Gia", "Phạ", "Lòng", "Chừ", "Phù", "Go"),
        ("Mé", "Xó", "Nu", "De", "Ne", "Bé", "Só", "Bí", "Pư"),
    ),
    "Giáy": NamingWay(
        ("Vùi", "Lù", "Lục", "Nông", "Hoàng", "Vàng", "Phan", "Sần", "Vi", "Lý"),
        ("Văn", "Văn", "Xuân", "Tiến", "Quang"),
        ("Thị", "Thị", "Thị Thanh", "Thị Kim"),
        ("Seng", "Chính", "Sài", "Phủng", "Dền", "Tờ", "Pản", "Chương", "Thành", "Dìn"),
        ("Lan", "Séng", "Mẩy", "Dung", "Ngân", "Dín", "Pỉn", "Yên", "Hoa"),
    ),
}
