"""What ControlNets and adapters are shown."""

from pydantic import Field

from engine.groups import Group
from engine.values import NameList


class Preprocessing(Group):
    """What ControlNets and adapters are shown."""

    preprocess: NameList = Field(
        NameList(),
        description="A processor for each ControlNet or adapter, in their order: canny, soft_edge, "
        "lineart, depth, none; default: each one's own",
    )
