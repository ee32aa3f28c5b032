"""What every drawn page has in common."""

_PETAL = '<ellipse cx="20" cy="12" rx="4.5" ry="7" transform="rotate({} 20 20)"/>'
_PETALS = "".join(_PETAL.format(turn) for turn in range(0, 360, 60))
AVATAR = (
    '<svg class="avatar" viewBox="0 0 40 40"><defs><linearGradient id="dusk" x2="1" y2="1">'
    '<stop stop-color="#312e81"/><stop offset="1" stop-color="#db2777"/></linearGradient></defs>'
    '<rect width="40" height="40" fill="url(#dusk)"/>'
    f'<g fill="#fde68a">{_PETALS}</g><circle cx="20" cy="20" r="4.5" fill="#f97316"/></svg>'
)
"""The bot's picture: a flower at dusk, whose corners a style cuts off."""
USER_AVATAR = (
    '<svg class="{size}" viewBox="0 0 40 40"><rect width="40" height="40" fill="#3ba55c"/>'
    '<circle cx="20" cy="16" r="7" fill="#fff"/><path d="M7 34a13 11 0 0 1 26 0z" fill="#fff"/>'
    "</svg>"
)


def page(body: str, style: str) -> str:
    """A whole page in a style (CSS), which can fetch nothing and run nothing."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<style>{style}</style></head><body>{body}</body></html>"
    )
