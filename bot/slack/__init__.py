"""The parts of the Slack adapter."""
