"""Weight files of any model, opened with torch: what a pickled checkpoint holds, and its way to safetensors."""
