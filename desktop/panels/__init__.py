"""Docks around the view; panels never import panels."""
