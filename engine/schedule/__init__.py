"""A schedule: a number over the frames, as Deforum and keyframed write it."""

from engine.schedule.curve import Schedule, Timeline

__all__ = ["Schedule", "Timeline"]
