"""Probe and read images, video and audio."""
