"""For the tests of views: generated examples have no time limit, a busy machine is not a fault."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("views", deadline=None)
settings.load_profile("views")
