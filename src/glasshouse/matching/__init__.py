"""Observations to signals: fields, patterns, the compiled matcher, MAC prefixes, grammars. No I/O, no clock."""
