"""From a frame plan to frames, and from frames to a file: one stage a module."""
