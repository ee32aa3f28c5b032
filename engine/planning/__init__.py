"""From a user's settings to a frame plan; no torch."""
