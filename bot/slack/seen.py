"""What has been delivered already, in a bounded memory."""

from collections import OrderedDict
from collections.abc import Hashable


class Seen:
    """The keys of the latest deliveries, as Slack may well deliver one thing twice."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def claim(self, key: Hashable) -> bool:
        """True the first time that `key` comes, until `size` newer ones have come."""
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._size:
            self._keys.popitem(last=False)
        return True
