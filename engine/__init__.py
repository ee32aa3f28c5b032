"""The animation engine: from a request's settings to frames, files and saved sessions."""
