"""Everything GroundLabel knows and does without a window: no Qt in here."""
