"""What `benchmarks/speed.py`, `same_answers.py` and `memory.py` are made of."""
