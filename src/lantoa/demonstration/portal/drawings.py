"""The pictures of the demonstration's portal: drawn here, the same each time, and no photograph of anybody."""

from collections.abc import Callable
from dataclasses import dataclass

from lantoa.demonstration.portal.canvas import (
    BLUE,
    CREAM,
    EARTH,
    GOLD,
    GREENS,
    INDIGO,
    INK,
    PAPER,
    RED,
    RED_DEEP,
    SKY,
    SKY_PALE,
    STONE,
    WIDTH,
    WOOD,
    WOOD_DEEP,
    Canvas,
    hill,
    wave,
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: its name, its title in the list of pictures, what it shows, and who draws it."""

    name: str
    title: str
    shows: str
    draw: Callable[[], Canvas]


def _terraces() -> Canvas:
    sheet = Canvas(SKY)
    sheet.disc(724, 150, 62, GOLD)
    sheet.cloud(220, 128, 1.1)
    sheet.cloud(560, 92, 0.7)
    sheet.ground(hill(180, 190, 380, 260), "#a9c3bf")
    sheet.ground(hill(760, 210, 390, 300), "#8fb0aa")
    for step in range(9):
        shade = GREENS[(step * 2 + step // 4) % len(GREENS)]
        for top, green in ((290, shade), (300, GREENS[min(5, 1 + step // 2)])):
            sheet.ground(wave(top + step * 37, 26 - step * 1.4, 150 - step * 4, step * 46), green)
    for x, y, size in ((120, 356, 0.7), (812, 330, 0.8), (866, 350, 0.6)):
        sheet.tree(x, y, size)
    return sheet


def _house() -> Canvas:
    sheet = Canvas(SKY_PALE)
    sheet.cloud(200, 110)
    sheet.cloud(780, 86, 0.8)
    sheet.ground(hill(820, 200, 420, 240), "#a9c3bf")
    sheet.ground(hill(120, 230, 430, 260), "#bcd2c4")
    sheet.ground(wave(430, 8, 160), GREENS[1])
    sheet.shape([(0, 600), (0, 560), (420, 452), (560, 452), (960, 560), (960, 600)], EARTH)
    for x in (282, 402, 558, 678):
        sheet.box(x - 8, 380, 16, 88, WOOD_DEEP)
    sheet.box(246, 262, 468, 130, "#d9b483")
    sheet.box(246, 378, 468, 16, WOOD_DEEP)
    for x in (276, 604):
        sheet.box(x, 292, 80, 62, WOOD_DEEP, round_by=3)
        sheet.box(x + 6, 298, 31, 50, "#f4e3b8")
        sheet.box(x + 43, 298, 31, 50, "#f4e3b8")
    sheet.box(436, 284, 88, 96, RED_DEEP)
    sheet.box(478, 284, 4, 96, "#d9b483")
    for step in range(4):
        sheet.box(430 - step * 8, 392 + step * 18, 100 + step * 16, 18, (WOOD, "#b57c52")[step % 2])
    sheet.shape([(190, 276), (296, 150), (664, 150), (770, 276)], RED)
    sheet.shape([(190, 276), (206, 257), (754, 257), (770, 276)], RED_DEEP)
    for x in range(316, 664, 58):
        sheet.line([(x, 156), (480 + (x - 480) * 1.34, 254)], RED_DEEP, 3)
    sheet.box(360, 222, 240, 36, PAPER, round_by=4)
    sheet.box(384, 237, 192, 6, RED, round_by=3)
    for x, y, size in ((112, 470, 1.3), (852, 474, 1.4), (56, 500, 0.9)):
        sheet.tree(x, y, size)
    return sheet


def _loudspeaker() -> Canvas:
    sheet = Canvas(SKY)
    sheet.cloud(760, 120)
    sheet.ground(hill(250, 330, 470, 280), "#a9c3bf")
    sheet.ground(hill(800, 300, 480, 300), "#8fb0aa")
    sheet.ground(wave(480, 14, 190), GREENS[2])
    sheet.ground(wave(530, 12, 150, 90), GREENS[3])
    for x in (660, 760, 842):
        sheet.box(x, 438, 62, 46, "#d9b483")
        sheet.shape([(x - 12, 440), (x + 31, 398), (x + 74, 440)], RED)
        sheet.box(x + 24, 456, 16, 28, WOOD_DEEP)
    sheet.box(392, 130, 20, 440, "#7d888c", round_by=4)
    sheet.box(372, 558, 60, 20, "#68757a", round_by=4)
    for side, y in ((1, 206), (-1, 262)):
        at = 402
        sheet.shape(
            [(at + 26 * side, y - 20), (at + 138 * side, y - 74), (at + 138 * side, y + 74), (at + 26 * side, y + 20)],
            PAPER,
        )
        sheet.shape(
            [(at + 26 * side, y + 6), (at + 138 * side, y + 22), (at + 138 * side, y + 74), (at + 26 * side, y + 20)],
            "#e2dccd",
        )
        sheet.box(min(at + 132 * side, at + 148 * side), y - 80, 16, 160, RED, round_by=8)
        sheet.box(min(at + 4 * side, at + 36 * side), y - 24, 32, 48, "#68757a", round_by=6)
        for ring in range(3):
            turn = (-34, 34) if side > 0 else (146, 214)
            sheet.arc(at + 120 * side, y, 76 + ring * 34, turn, RED, 8 - ring)
    return sheet


def _phone() -> Canvas:
    sheet = Canvas(CREAM)
    sheet.disc(480, 320, 262, "#efe2c8")
    sheet.box(340, 60, 280, 500, INK, round_by=34)
    sheet.box(356, 96, 248, 420, PAPER, round_by=8)
    sheet.box(446, 74, 68, 8, "#4c5b73", round_by=4)
    sheet.disc(480, 538, 12, "#4c5b73")
    sheet.box(356, 96, 248, 56, RED, round_by=8)
    sheet.box(356, 132, 248, 20, RED)
    sheet.box(376, 118, 130, 12, PAPER, round_by=6)
    for row in range(5):
        y = 176 + row * 64
        sheet.box(374, y, 212, 50, "#f3ede0", round_by=8)
        sheet.disc(400, y + 25, 15, "#cfd8dc")
        sheet.box(426, y + 12, 88 + row % 3 * 10, 10, INK, round_by=5)
        sheet.box(426, y + 30, 60 + row % 2 * 22, 7, STONE, round_by=3)
        if row < 4:
            sheet.disc(562, y + 25, 16, GREENS[3])
            sheet.line([(554, y + 25), (560, y + 32), (571, y + 18)], PAPER, 4)
        else:
            sheet.arc(562, y + 25, 15, (0, 360), STONE, 3)
    for x, y in ((176, 190), (784, 170), (752, 452), (204, 440)):
        sheet.disc(x, y, 34, (GOLD, RED, BLUE, GREENS[3])[(x + y) % 4])
        sheet.line([(x - 13, y + 1), (x - 4, y + 11), (x + 14, y - 10)], PAPER, 6)
    return sheet


def _book() -> Canvas:
    sheet = Canvas("#e7eef0")
    sheet.disc(480, 300, 250, "#d5e2e5")
    sheet.shape([(150, 474), (480, 520), (810, 474), (826, 500), (480, 552), (134, 500)], RED_DEEP)
    for side in (-1, 1):
        sheet.shape(
            [
                (480, 186),
                (480 + side * 100, 140),
                (480 + side * 330, 152),
                (480 + side * 330, 470),
                (480 + side * 100, 458),
                (480, 506),
            ],
            PAPER,
        )
        sheet.shape([(480, 186), (480 + side * 34, 168), (480 + side * 34, 486), (480, 506)], "#e9e1d0")
        for row in range(7):
            y = 208 + row * 34
            end = 296 if row % 3 != 2 else 210
            sheet.line(
                [(480 + side * 66, y - 6), (480 + side * end, y - 14)], RED if side < 0 and row == 0 else "#b9bfc6", 9
            )
    sheet.shape([(664, 150), (708, 152), (708, 282), (686, 256), (664, 280)], RED)
    sheet.shape([(222, 92), (240, 84), (330, 268), (318, 284), (306, 278)], GOLD)
    return sheet


def _map() -> Canvas:
    sheet = Canvas("#dfe9e4")
    for number in range(4):
        x = 110 + number * 185
        lift = 26 if number % 2 else 0
        sheet.shape(
            [(x, 110 + lift), (x + 185, 136 - lift), (x + 185, 516 - lift), (x, 490 + lift)],
            (PAPER, "#f1ead9")[number % 2],
        )
    sheet.shape([(110, 330), (295, 300), (480, 360), (480, 500), (295, 490), (110, 490)], GREENS[0])
    sheet.shape([(480, 130), (665, 160), (850, 128), (850, 300), (665, 290), (480, 240)], GREENS[1])
    sheet.line([(130, 210), (260, 250), (380, 220), (470, 300), (620, 350), (720, 420), (840, 430)], "#8fb9cf", 20)
    for step in range(17):
        x = 216 + step * 31
        sheet.disc(x, 392 - 9 * (step % 4) - step * 6, 5, INK)
    for x, y, colour in ((214, 392, RED), (470, 300, GOLD), (722, 278, RED), (612, 196, BLUE), (330, 196, GREENS[4])):
        sheet.disc(x, y, 16, "#c9c2b2", flat=0.4)
        sheet.shape([(x - 27, y - 62), (x + 27, y - 62), (x, y)], colour)
        sheet.disc(x, y - 68, 30, colour)
        sheet.disc(x, y - 68, 12, PAPER)
    return sheet


def _brocade() -> Canvas:
    sheet = Canvas(INDIGO)
    bands = ((0, 86, RED_DEEP), (86, 144, INDIGO), (230, 140, RED), (370, 144, INDIGO), (514, 86, RED_DEEP))
    patterns = (_teeth, _diamonds, _arrows, _diamonds, _teeth)
    for number, ((top, tall, ground), pattern) in enumerate(zip(bands, patterns, strict=True)):
        sheet.box(0, top, WIDTH, tall, ground)
        for line in (top + 4, top + tall - 10):
            sheet.box(0, line, WIDTH, 5, GOLD)
        for step in range(-1, 13):
            pattern(sheet, step * 80 + (40 if number % 2 else 0), top + tall / 2, tall / 2 - 18)
    return sheet


def _diamonds(sheet: Canvas, x: float, middle: float, size: float) -> None:
    for grow, colour in ((1, GOLD), (0.72, RED), (0.44, CREAM), (0.2, GREENS[4])):
        reach = size * grow
        sheet.shape([(x, middle - reach), (x + reach, middle), (x, middle + reach), (x - reach, middle)], colour)


def _arrows(sheet: Canvas, x: float, middle: float, size: float) -> None:
    for turn in (-1, 1):
        for grow, colour in ((1, CREAM), (0.66, GOLD), (0.34, INDIGO)):
            reach = 38 * grow
            sheet.shape([(x - reach, middle), (x + reach, middle), (x, middle + turn * size * grow)], colour)


def _teeth(sheet: Canvas, x: float, middle: float, size: float) -> None:
    for small in range(4):
        left = x + small * 20
        points = [(left, middle + 14), (left + 10, middle - 14), (left + 20, middle + 14)]
        sheet.shape(points, (GREENS[1], GOLD)[small % 2])


def _hall() -> Canvas:
    sheet = Canvas("#f2e7d3")
    sheet.box(0, 430, WIDTH, 170, "#c79b6b")
    sheet.box(0, 424, WIDTH, 10, WOOD)
    for x in (70, 790):
        sheet.box(x, 110, 100, 170, WOOD)
        sheet.box(x + 8, 118, 84, 154, SKY)
        sheet.shape([(x + 8, 272), (x + 8, 220), (x + 50, 190), (x + 92, 228), (x + 92, 272)], GREENS[2])
        sheet.box(x + 46, 118, 8, 154, WOOD)
    sheet.box(258, 70, 444, 262, "#4a3a33", round_by=8)
    sheet.box(270, 82, 420, 238, PAPER)
    sheet.box(270, 82, 420, 46, RED)
    sheet.box(300, 100, 250, 12, PAPER, round_by=6)
    for row, long in enumerate((320, 290, 336, 200)):
        sheet.disc(306, 162 + row * 38, 7, RED)
        sheet.box(326, 156 + row * 38, long, 12, "#8f98a3", round_by=6)
    sheet.box(436, 352, 88, 92, WOOD_DEEP, round_by=4)
    sheet.box(424, 340, 112, 16, WOOD, round_by=4)
    sheet.line([(508, 340), (520, 312)], INK, 4)
    sheet.disc(521, 308, 7, INK)
    for row in range(2):
        for place in range(8 - row):
            x = 92 + row * 52 + place * 105
            y = 446 + row * 72
            sheet.box(x, y, 58, 54, BLUE if (place + row) % 3 else RED, round_by=8)
            sheet.box(x - 4, y + 46, 66, 14, INK, round_by=5)
            sheet.box(x, y + 58, 7, 30, INK)
            sheet.box(x + 51, y + 58, 7, 30, INK)
    return sheet


def _questions() -> Canvas:
    sheet = Canvas("#e6edf3")
    for x, y, width, tall, colour, tip in (
        (110, 90, 430, 210, BLUE, (200, 372)),
        (440, 250, 420, 210, RED, (776, 536)),
    ):
        sheet.box(x, y, width, tall, colour, round_by=34)
        sheet.shape([(tip[0] - 20, y + tall - 6), (tip[0] + 66, y + tall - 6), tip], colour)
    sheet.arc(220, 166, 38, (190, 90), PAPER, 16)
    sheet.line([(220, 197), (220, 224)], PAPER, 16)
    sheet.disc(220, 254, 11, PAPER)
    for row, long in enumerate((190, 150, 176)):
        sheet.box(306, 146 + row * 42, long, 16, "#c9dcec", round_by=8)
    sheet.line([(500, 356), (530, 390), (590, 320)], PAPER, 18)
    for row, long in enumerate((190, 160, 120)):
        sheet.box(632, 306 + row * 42, long, 16, "#f0c9c3", round_by=8)
    for x, y, radius in ((700, 140, 30), (770, 180, 16), (190, 480, 24), (260, 520, 14)):
        sheet.disc(x, y, radius, GOLD)
    return sheet


def _khen() -> Canvas:
    sheet = Canvas("#fbf3e2")
    sheet.disc(480, 300, 250, "#f3dfb6")
    for number, (length, colour) in enumerate(
        ((270, WOOD), (310, WOOD_DEEP), (350, WOOD), (384, WOOD_DEEP), (340, WOOD), (290, WOOD_DEEP))
    ):
        x = 404 + number * 24
        sheet.line([(x, 452), (x + 60, 452 - length)], colour, 15)
        for ring in (0.3, 0.62):
            sheet.line([(x + 60 * ring - 8, 452 - length * ring), (x + 60 * ring + 8, 452 - length * ring)], GOLD, 5)
    sheet.line([(222, 470), (400, 446)], WOOD_DEEP, 13)
    sheet.box(384, 416, 172, 66, WOOD, round_by=32)
    sheet.box(406, 432, 128, 12, "#c48a5c", round_by=6)
    for x, y, size in ((690, 180, 1.2), (770, 300, 0.9), (180, 230, 1.0), (250, 120, 0.8)):
        sheet.disc(x, y, 22 * size, RED, flat=0.76)
        sheet.line([(x + 19 * size, y - 4), (x + 19 * size, y - 78 * size)], RED, 6)
        sheet.line([(x + 19 * size, y - 78 * size), (x + 44 * size, y - 56 * size)], RED, 8)
    return sheet


def _road() -> Canvas:
    sheet = Canvas(SKY_PALE)
    sheet.disc(190, 130, 50, GOLD)
    sheet.cloud(620, 110, 1.1)
    sheet.ground(hill(300, 190, 400, 240), "#a9c3bf")
    sheet.ground(hill(760, 170, 410, 260), "#8fb0aa")
    sheet.ground(wave(380, 10, 170), GREENS[1])
    for row in range(5):
        sheet.ground(wave(420 + row * 42, 8, 130, row * 60), (GREENS[0], GREENS[2])[row % 2])
    sheet.shape(
        [(310, 600), (670, 600), (548, 480), (520, 430), (514, 384), (506, 384), (502, 432), (470, 484)], "#b8b3a8"
    )
    for y, long, x in ((586, 30, 497), (530, 22, 504), (486, 14, 507), (450, 10, 508)):
        sheet.line([(x, y), (x + 2, y - long)], PAPER, 6 - (586 - y) / 45)
    for x, y, size in ((756, 470, 1.2), (846, 500, 1.5), (202, 476, 1.2), (120, 520, 1.6), (690, 420, 0.7)):
        sheet.tree(x, y, size)
    sheet.box(232, 336, 74, 52, "#d9b483")
    sheet.shape([(218, 340), (269, 292), (320, 340)], RED)
    sheet.box(258, 356, 20, 32, WOOD_DEEP)
    return sheet


def _papers() -> Canvas:
    sheet = Canvas("#efe7da")
    sheet.shape([(190, 130), (520, 84), (590, 500), (260, 546)], "#dcd3c2")
    sheet.box(330, 70, 330, 450, PAPER, round_by=6)
    sheet.box(376, 112, 96, 10, INK, round_by=5)
    sheet.box(520, 112, 96, 10, INK, round_by=5)
    sheet.box(430, 156, 132, 16, RED, round_by=8)
    for row in range(8):
        sheet.box(372, 200 + row * 28, 246 if row % 4 != 3 else 160, 9, "#b9bfc6", round_by=4)
    sheet.arc(572, 462, 34, (0, 360), RED, 6)
    sheet.arc(572, 462, 22, (0, 360), RED, 3)
    sheet.line([(668, 520), (800, 300)], GOLD, 22)
    sheet.shape([(654, 548), (660, 510), (682, 524)], INK)
    sheet.line([(800, 300), (812, 280)], RED, 22)
    return sheet


DRAWINGS = (
    Drawing(
        "terraces", "Ruộng bậc thang", "Hình vẽ ruộng bậc thang xanh trên sườn núi, mặt trời và mây trắng.", _terraces
    ),
    Drawing("house", "Nhà văn hóa bản", "Hình vẽ nhà văn hóa bản mái đỏ, sàn gỗ, có sân và cây hai bên.", _house),
    Drawing("loudspeaker", "Cụm loa", "Hình vẽ hai chiếc loa trên cột, phía xa là mái nhà và đồi.", _loudspeaker),
    Drawing(
        "phone", "Điểm danh trên điện thoại", "Hình vẽ chiếc điện thoại mở danh sách, bốn dòng đã đánh dấu.", _phone
    ),
    Drawing("book", "Tài liệu học tập", "Hình vẽ quyển sách mở, có dải đánh dấu trang màu đỏ.", _book),
    Drawing("map", "Bản đồ các điểm cầu", "Hình vẽ bản đồ gấp, năm ghim đánh dấu các nơi, nối bằng chấm.", _map),
    Drawing("brocade", "Hoa văn", "Hình vẽ dải hoa văn kiểu thổ cẩm: hình thoi và tam giác đỏ, vàng, chàm.", _brocade),
    Drawing("hall", "Phòng họp", "Hình vẽ phòng họp trước giờ học: màn chiếu, bục nói và hai hàng ghế trống.", _hall),
    Drawing("questions", "Hỏi và đáp", "Hình vẽ hai ô lời nói: một ô có dấu hỏi, một ô có dấu đã trả lời.", _questions),
    Drawing("khen", "Cây khèn", "Hình vẽ cây khèn và các nốt nhạc.", _khen),
    Drawing("road", "Đường về bản", "Hình vẽ con đường bê tông giữa ruộng, cây xanh và một nếp nhà.", _road),
    Drawing("papers", "Văn bản", "Hình vẽ tờ văn bản có dòng chữ, dấu tròn và chiếc bút.", _papers),
)
"""Every picture that an article may name."""
