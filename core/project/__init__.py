"""The store: one file per project, and its log of Changes."""
