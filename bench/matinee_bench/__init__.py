"""Benchmarks of Matinee against its peers. Python's own library only."""
