"""Texts that make some readers open other files or addresses, alone and behind real beginnings."""

from collections.abc import Iterator

_CLOSED_PORT = 9
_FILE = "file:///etc/passwd"

_TEXTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n",
    "hls-key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{0}"\n#EXTINF:9,\n{0}\n#EXT-X-ENDLIST\n',
    "hls-map": '#EXTM3U\n#EXT-X-MAP:URI="{0}"\n#EXTINF:9,\nconcat:{0}|{0}\n',
    "m3u": "{0}\n",
    "concat": "ffconcat version 1.0\nfile '{0}'\nduration 9\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
    '<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>{0}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "smooth": '<SmoothStreamingMedia><StreamIndex Url="{0}"/></SmoothStreamingMedia>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{0}\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "xspf": '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/">'
    "<trackList><track><location>{0}</location></track></trackList></playlist>",
    "pls": "[playlist]\nFile1={0}\nNumberOfEntries=1\nVersion=2\n",
    "asx": '<asx version="3.0"><entry><ref href="{0}"/></entry></asx>',
    "asf-redirector": "[Reference]\r\nRef1={0}\r\n",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    '<image xlink:href="{0}" width="9" height="9"/></svg>',
    "svg-entity": '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "{0}">]><svg>&e;</svg>',
    "mvg": "push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 '{0}'\npop graphic-context\n",
    "msl": '<image><read filename="{0}"/><write filename="/tmp/written"/></image>',
    "cue": 'FILE "{0}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "image-list": "@{0}\n",
    "postscript": "%!PS-Adobe-3.0 EPSF-3.0\n({0}) run\n",
    "html": '<!DOCTYPE html><html><body><img src="{0}"></body></html>',
    "ffmetadata": ";FFMETADATA1\ntitle={0}\n",
    "rtsp": "rtsp://127.0.0.1/{0}\n",
}
_ID3 = b"ID3\x04\0\0\0\0\0\0"
MASKS = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "gif": b"GIF89a",
    "webp": b"RIFF\xff\0\0\0WEBPVP8X",
    "tiff": b"II*\0\x08\0\0\0",
    "mp4": b"\0\0\0\x14ftypisom\0\0\0\0isom",
    "avif": b"\0\0\0\x14ftypavif\0\0\0\0mif1",
    "mov": b"\0\0\0\x08wide",
    "webm": b"\x1aE\xdf\xa3\x87B\x82\x84webm",
    "wav": b"RIFF\xff\0\0\0WAVE",
    "avi": b"RIFF\xff\0\0\0AVI ",
    "ogg": b"OggS\0",
    "flac": b"fLaC",
    "flv": b"FLV\x01",
    "mpeg": b"\0\0\x01\xba\x44",
    "id3": _ID3,
    "id3-flac": _ID3 + b"fLaC",
}
"""First bytes of real files."""


def disguises(port: int = _CLOSED_PORT) -> Iterator[tuple[str, bytes]]:
    """Names and contents of texts that name a file, and a page at this port of this machine.

    A reader that asks the port, or shows the file, has been led astray.
    """
    targets = {"file": _FILE, "path": "/etc/passwd", "address": f"http://127.0.0.1:{port}/leak.ts"}
    for kind, text in _TEXTS.items():
        for target, place in targets.items():
            yield f"{kind}-of-{target}", text.format(place).encode()


def masked_disguises(port: int = _CLOSED_PORT) -> Iterator[tuple[str, bytes]]:
    """The same behind the first bytes of real files."""
    for mask, magic in MASKS.items():
        for name, content in disguises(port):
            yield f"{name}-behind-{mask}", magic + content
