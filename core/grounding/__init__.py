"""Models that answer expressions with regions, behind one protocol."""
