"""What an MP3 says of its length."""

_OFFSETS = {b"Xing": (13, 21, 36), b"Info": (13, 21, 36), b"VBRI": (36,)}
"""Where in a frame such a note may be: behind the header and, for `Xing`, its side information."""


def stated_frames(before: bytes) -> int | None:
    """How many frames follow these bytes by the note in a silent frame at their end; None without.

    Xing's and LAME's notes: https://gabriel.mp3-tech.org/mp3infotag.html. Fraunhofer's is VBRI.
    """
    for name, offsets in _OFFSETS.items():
        place = before.rfind(name)
        if place < 0 or not any(_is_header(before, place - offset) for offset in offsets):
            continue
        if name == b"VBRI":
            return int.from_bytes(before[place + 14 : place + 18], "big")
        if int.from_bytes(before[place + 4 : place + 8], "big") & 1:
            return int.from_bytes(before[place + 8 : place + 12], "big")
    return None


def _is_header(data: bytes, place: int) -> bool:
    return place >= 0 and data[place] == 0xFF and data[place + 1] >= 0xE0
