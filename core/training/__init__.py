"""Samples, stages and the trainer."""
