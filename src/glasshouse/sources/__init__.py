"""The world to observations: the only rooms that read sockets and evidence files."""
