"""Strongly convex problems that derive their constants from their data."""
