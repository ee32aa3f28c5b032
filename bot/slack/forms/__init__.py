"""Slack's modals: an animation, a session's name, a sound's keyframes."""
