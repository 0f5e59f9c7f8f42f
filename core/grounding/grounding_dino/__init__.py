"""Grounding DINO through transformers: boxes for phrases on photographs. Pictures only."""
