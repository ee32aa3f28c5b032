"""Block Kit's blocks as HTML.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.gallery.files import drawn_picture
from tests.gallery.shape import check_parts
from tests.gallery.slack.elements import Part, drawn_element, text_of
from tests.gallery.slack.rich_text import drawn_rich_text

Files = Mapping[str, bytes]
_PARTS = {
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "rich_text": {"elements"},
    "header": {"text"},
    "divider": set[str](),
    "image": {"slack_file", "image_url", "alt_text", "title"},
    "actions": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
}


def drawn_blocks(blocks: Sequence[Part], files: Files) -> str:
    """Blocks, with pictures from the workspace's files by id. LookupError names what is unknown."""
    return "".join(_block(block, files) for block in blocks)


def _block(block: Part, files: Files) -> str:
    kind = block["type"]
    if kind not in _PARTS:
        raise LookupError(f"a block {kind} can't be drawn")
    check_parts(f"a block {kind}", block, _PARTS[kind] | {"type", "block_id"})
    match kind:
        case "section":
            inside = _section(block, files)
        case "context":
            inside = "".join(_in_context(element, files) for element in block["elements"])
        case "rich_text":
            inside = drawn_rich_text(block["elements"])
        case "header":
            inside = text_of(block["text"])
        case "divider":
            inside = ""
        case "image":
            title = text_of(block["title"]) if block.get("title") else ""
            above = f'<div class="title">{title}</div>' if title else ""
            inside = f'{above}<div class="media">{_picture(block, files)}</div>'
        case "actions":
            inside = "".join(map(drawn_element, block["elements"]))
        case "input":
            inside = _input(block)
    return f'<div class="block {kind}">{inside}</div>'


def _section(block: Part, files: Files) -> str:
    fields = "".join(f"<div>{text_of(field)}</div>" for field in block.get("fields") or [])
    words = text_of(block["text"]) if block.get("text") else ""
    table = f'<div class="fields">{fields}</div>' if fields else ""
    accessory = block.get("accessory")
    if not accessory:
        return f'<div class="words">{words}{table}</div>'
    if accessory["type"] == "image":
        beside = f'<div class="thumbnail">{_picture(accessory, files)}</div>'
    else:
        beside = drawn_element(accessory)
    return f'<div class="words">{words}{table}</div>{beside}'


def _in_context(element: Part, files: Files) -> str:
    if element["type"] == "image":
        return f'<div class="icon">{_picture(element, files)}</div>'
    return f"<div>{text_of(element)}</div>"


def _input(block: Part) -> str:
    optional = ' <span class="optional">(optional)</span>' if block.get("optional") else ""
    hint = f'<div class="hint">{text_of(block["hint"])}</div>' if block.get("hint") else ""
    label = f"<h2>{text_of(block['label'])}{optional}</h2>"
    return f"{label}{drawn_element(block['element'])}{hint}"


def _picture(image: Mapping[str, Any], files: Files) -> str:
    check_parts("a picture", image, _PARTS["image"] | {"type", "block_id"})
    file = image.get("slack_file")
    if not file:
        raise LookupError(f"nothing is fetched: {image.get('image_url')}")
    name = file.get("id")
    if name not in files:
        raise LookupError(f"there is no file {name} in the workspace")
    return drawn_picture(files[name])
