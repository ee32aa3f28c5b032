"""Processes killed at random moments over many small jobs: `python -m tests.chaos`."""
