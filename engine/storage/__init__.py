"""What hosts share: files of the data folder, in an object store that has the truth.

Each host's data folder is a working copy. With one box there is nothing to share, and nothing is
copied. Files are whole in the store or not there; of several, the one that makes them count is
pushed last, and so pulled last.
"""

from engine.storage.interface import ONE_BOX, Storage
from engine.storage.opening import open_storage

__all__ = ["ONE_BOX", "Storage", "open_storage"]
