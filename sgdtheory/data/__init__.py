"""Data sets that ship with the package, as CSV, and the reader of tables."""
