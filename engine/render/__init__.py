"""From a frame plan to frames, and from frames to a file: one stage a module."""

import os

# Read by the libraries once, when they are imported. transformers warns of a missing torchvision,
# which is left out on purpose.
os.environ["DIFFUSERS_DISABLE_REMOTE_CODE"] = "1"
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
