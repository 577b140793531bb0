"""Simulations: one module a topic, each also a script."""
