"""The kernel: the only place that makes theorems. Trusted.

A theorem reads: *if all its hypotheses hold almost surely, and what is listed as integrable is,
then its denominators are nonzero and its conclusion holds almost surely, for all values of the free
letters and indices.* A hypothesis that speaks of all values holds outside one null set for all of
them at once. Each rule below preserves that reading; together with `language`, `arithmetic`,
`atoms` and `meaning` they are all that has to be believed. Certificates may be found by any means;
here they are only replayed.

Whatever is passed to a rule may be mistaken, forged or changing; only code that rewrites these
modules or reads their secret is beyond them.
"""

from sgdtheory.logic.kernel.algebra import (
    cases,
    combine,
    combine_vectors,
    maximum_above,
    maximum_equals,
    norm_square,
    pair,
    reciprocal,
    square,
    transfer,
)
from sgdtheory.logic.kernel.averages import expect, limit, limit_shift, tower
from sgdtheory.logic.kernel.induction import (
    induct,
    natural_number,
    sum_empty,
    sum_first,
    sum_last,
    sum_shift,
)
from sgdtheory.logic.kernel.quantifiers import assume, cut, generalise, imply, instantiate
from sgdtheory.logic.kernel.theorem import KernelError, Theorem, is_theorem

__all__ = [
    "KernelError",
    "Theorem",
    "assume",
    "cases",
    "combine",
    "combine_vectors",
    "cut",
    "expect",
    "generalise",
    "imply",
    "induct",
    "instantiate",
    "is_theorem",
    "limit",
    "limit_shift",
    "maximum_above",
    "maximum_equals",
    "natural_number",
    "norm_square",
    "pair",
    "reciprocal",
    "square",
    "sum_empty",
    "sum_first",
    "sum_last",
    "sum_shift",
    "tower",
    "transfer",
]
