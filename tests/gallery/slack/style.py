"""How Slack looks."""

from pathlib import Path

STYLE = (Path(__file__).parent / "style.css").read_text()
