"""Proofs: one module a topic; importing it is proving it."""
