"""GroundingGPT, re-implemented on transformers' own CLIP and LLaMA."""
