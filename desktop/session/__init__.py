"""What the window does, without any widget: one small controller for each concern, composed in `session.py`."""
