"""Data sets that ship with the package, as CSV, and the reader of tables (see PROVENANCE.md)."""

from sgdtheory.data.table import Table, path, read_table

__all__ = ["Table", "path", "read_table"]
