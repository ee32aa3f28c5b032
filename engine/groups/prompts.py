"""What the pictures show, and when."""

from pydantic import Field

from engine.groups import Group


class Prompts(Group):
    """What the pictures show, and when."""

    prompts: str = Field("", description="Keyframes as frame: prompt, one a line or split by a bar")
    negative_prompt: str = Field("", max_length=10_000, description="What no frame should show")
    use_prompt_embeds: bool = Field(
        True, description="Blend the prompts between keyframes; off: each holds until the next"
    )
