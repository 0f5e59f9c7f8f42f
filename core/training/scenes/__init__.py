"""What the project renders to train and to show its bundled model."""
