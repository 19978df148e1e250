"""Frozen values of the domain. Standard library alone, no I/O, no clock."""
