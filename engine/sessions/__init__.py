"""What was made, kept: a session is a request, its resolved settings and its result."""
