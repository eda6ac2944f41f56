"""What the demonstration's portal is made of: texts in few marks, pictures and a tune that are made anew each time."""

import pytest

from lantoa.demonstration.portal.canvas import HEIGHT, WIDTH
from lantoa.demonstration.portal.drawings import DRAWINGS, Drawing
from lantoa.demonstration.portal.melody import FRAME, recording
from lantoa.demonstration.portal.writing import Shelf, blocks_of
from lantoa.files.content import MP3, kind_of


@pytest.mark.parametrize("drawing", DRAWINGS[:2], ids=lambda drawing: drawing.name)
def test_a_drawing_is_the_same_each_time(drawing: Drawing) -> None:
    first = drawing.draw().png()
    assert first == drawing.draw().png()
    assert (int.from_bytes(first[16:20], "big"), int.from_bytes(first[20:24], "big")) == (WIDTH, HEIGHT)


def test_the_tune_is_sound_frame_by_frame() -> None:
    tune = recording()
    assert kind_of(tune) is MP3
    assert {tune[at : at + 4] for at in range(0, len(tune), FRAME)} == {tune[:4]}
    assert len(tune) % FRAME == 0


def test_a_text_in_marks_becomes_blocks() -> None:
    text = """
Một **ý** & một câu.

## Việc cần làm

- Thử loa.
- In danh sách.

> Bàn lâu, làm nhanh. — Trưởng bản

| Giờ | Thứ tiếng |
| 5 giờ 30 | Tiếng Mông |

!passage vi
## Trang này có gì

1. Lời chào.
"""
    assert blocks_of(text, Shelf()) == [
        (
            "paragraph",
            "<p>Một <b>ý</b> &amp; một câu.</p><h2>Việc cần làm</h2><ul><li>Thử loa.</li><li>In danh sách.</li></ul>",
        ),
        ("quote", {"text": "Bàn lâu, làm nhanh.", "by": "Trưởng bản"}),
        (
            "table",
            {
                "data": [["Giờ", "Thứ tiếng"], ["5 giờ 30", "Tiếng Mông"]],
                "first_row_is_table_header": True,
                "first_col_is_header": False,
                "table_caption": "",
            },
        ),
        ("passage", {"language": "vi", "text": "<h2>Trang này có gì</h2><ol><li>Lời chào.</li></ol>"}),
    ]


def test_what_there_is_not_cannot_be_put_in() -> None:
    with pytest.raises(KeyError):
        blocks_of("!picture mat-troi | Mặt trời", Shelf())
