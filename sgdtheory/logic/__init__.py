"""The logic: formulas, the language of proofs, the kernel that checks them, and the prose."""
