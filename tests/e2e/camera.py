"""A camera of Chromium that sees QR codes: a film of them in place of what stands before it."""

from pathlib import Path

import segno

Code = list[list[bool]]
"""Where it is dark, row by row, with its margin."""
WIDTH, HEIGHT = 640, 480
PICTURES = 5
"""So many pictures, half a second, each code is shown."""


def camera(film: Path) -> tuple[str, ...]:
    """How the browser is started whose camera sees the film, round and round."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


def code_of(text: str) -> Code:
    """The QR code that says so."""
    return [[bool(dark) for dark in row] for row in segno.make(text, error="m").matrix_iter(border=4)]


def film(path: Path, *codes: Code) -> Path:
    """Uncompressed video of the QR codes, one after the other."""
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    colours = b"\x80" * (WIDTH * HEIGHT // 2)
    pictures = [b"FRAME\n" + _light_of(code) + colours for code in codes for _ in range(PICTURES)]
    path.write_bytes(b"".join([head, *pictures]))
    return path


def _light_of(code: Code) -> bytes:
    scale = HEIGHT // len(code)
    rows = [b"".join(bytes([16 if dark else 235]) * scale for dark in row) for row in code for _ in range(scale)]
    side, above = (WIDTH - len(rows[0])) // 2, (HEIGHT - len(rows)) // 2
    blank = b"\xeb" * WIDTH
    picture = [blank] * above + [b"\xeb" * side + row + b"\xeb" * (WIDTH - side - len(row)) for row in rows]
    return b"".join([*picture, *[blank] * (HEIGHT - len(picture))])
