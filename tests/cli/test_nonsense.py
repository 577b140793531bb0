"""Any combination of options and cells ends with an exit code of 0, 1 or 2, never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sgdtheory.cli import main

CELLS = st.sampled_from(["0", "1", "-1", "2.5", "1e-8", "1e9", "1e160", "1e-160", "inf", "nan", "",
                         "x", "M", "é", "1,5", '"'])
NUMBERS = st.sampled_from(["0", "1", "-1", "0.01", "0.3", "2", "1e-13", "1e-300", "1e300", "nan",
                           "inf", "x", "", "1e400"])
WHOLE = st.sampled_from(["0", "1", "2", "7", "-1", "1.5", "x", "100000000000000000000", "4"])


OFTEN_GOOD = {
    "--loss": (["ridge", "logistic"], st.just("hinge")), "--alpha": (["0.01", "0.1", "3"], NUMBERS),
    "--l2": (["0.1", "2"], NUMBERS), "--batch": (["1", "2", "3"], WHOLE),
    "--radius": (["0.5", "30"], NUMBERS), "--delta": (["1e-9", "0.5"], NUMBERS),
    "--seed": (["0", "5"], WHOLE), "--target": (["y"], st.sampled_from(["a", "zzz", ""])),
    "--runs": (["2", "9", "600"], WHOLE), "--steps": (["1", "8", "64"], WHOLE),
}
ALWAYS = ("--loss", "--alpha", "--l2", "--target", "--runs", "--steps")


@st.composite
def tables(draw):
    """Half of the tables are as they should be; two labels suit either loss."""
    width, good = draw(st.integers(1, 3)), draw(st.booleans())
    cell = st.floats(-9, 9).map(str) if good else CELLS
    label = st.sampled_from("01") if good else draw(st.sampled_from([cell, st.sampled_from("MB")]))
    rows = draw(st.lists(st.tuples(*width * [cell], label), min_size=3 * good, max_size=6))
    return "\n".join([",".join([*"abc"[:width], "y"]), *map(",".join, rows)])


@st.composite
def options(draw):
    """At most two options have a value from the wild; the rest are such that they may do."""
    wild = draw(st.sets(st.sampled_from(sorted(OFTEN_GOOD)), max_size=2))
    chosen = [f"{name}={draw(values if name in wild else st.sampled_from(good))}"
              for name, (good, values) in OFTEN_GOOD.items()
              if name in ALWAYS or name in wild or draw(st.booleans())]
    return chosen + [flag for flag in ("--no-replace", "--no-project") if draw(st.booleans())]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=tables(), arguments=options())
def test_nonsense_never_ends_in_a_traceback(text, arguments):
    with (tempfile.TemporaryDirectory() as folder,
          mock.patch("sgdtheory.picture.render", return_value=b"")):
        data = Path(folder) / "data.csv"
        data.write_text(text, encoding="utf-8")
        assert main(["check", str(data), *arguments, f"--out={folder}/out"]) in {0, 1, 2}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["list", "prove", "check", "simulate", "--topic", "--runs", "x", "",
                                 "--alpha", "-1", "nothing", "--out", "--", "-v"]), max_size=5)
       .filter(lambda words: words not in (["list"], ["prove"])))
def test_nonsense_words_never_end_in_a_traceback(words):
    with mock.patch("sgdtheory.evidence.ledger", return_value=[]), \
         mock.patch("sgdtheory.evidence.prove", return_value=[]):
        assert main(words) in {0, 1, 2}
