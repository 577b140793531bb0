"""The command ``sgdtheory``."""
