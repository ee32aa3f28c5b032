"""The chat service: one core, and one adapter for each chat platform."""
