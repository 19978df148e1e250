"""Use cases: the one place where clock, configuration, store and the pure core meet."""
