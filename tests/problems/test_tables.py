"""The shipped data and the reader of tables."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as hyp

from sgdtheory.data import path, read_table


def written(tmp_path, text, encoding="utf-8"):
    file = tmp_path / "data.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize(("name", "shape"), [("diabetes", (442, 10)), ("breast_cancer", (569, 30))])
def test_the_shipped_tables_are_the_raw_ones_standardised(name, shape):
    table, raw = read_table(path(name), "y"), read_table(path(f"{name}_raw"), "y")
    assert table.X.shape == raw.X.shape == shape and table.names == raw.names
    expected = raw.standardized(target=name == "diabetes")
    np.testing.assert_allclose(table.X, expected.X, rtol=0, atol=1e-7)
    np.testing.assert_allclose(table.y, expected.y, rtol=0, atol=1e-7)
    np.testing.assert_allclose(table.X.std(axis=0), 1, atol=1e-8)
    assert not np.allclose(table.X, raw.X)


def test_the_raw_tables_have_the_published_sums():
    """Class sizes 212 and 357; ages 19 to 79, target 25 to 346, mean 152.133 [the sources]."""
    cancer, diabetes = read_table(path("breast_cancer_raw"), "y"), read_table(
        path("diabetes_raw"), "y")
    assert np.bincount(cancer.y.astype(int)).tolist() == [212, 357]
    assert (cancer.X[:, 0].min(), cancer.X[:, 0].max()) == (6.981, 28.11)
    assert (diabetes.y.min(), diabetes.y.max()) == (25, 346)
    assert diabetes.y.mean() == pytest.approx(152.133, abs=5e-4)
    assert (diabetes.X[:, 0].min(), diabetes.X[:, 0].max()) == (19, 79)


def test_every_shipped_table_has_a_provenance():
    text = files("sgdtheory.data").joinpath("PROVENANCE.md").read_text(encoding="utf-8")
    names = [file.name for file in files("sgdtheory.data").iterdir() if file.name.endswith(".csv")]
    assert len(names) == 4 and all(f"`{name}`" in text for name in names)
    assert "CC BY 4.0" in text and "Efron" in text and "scikit-learn" in text
    with pytest.raises(ValueError, match="'iris' is not a data set of the package; known: b"):
        path("iris")


@given(rows=hyp.lists(hyp.tuples(*[hyp.floats(allow_nan=False, allow_infinity=False)] * 3),
                      min_size=2, max_size=8), separator=hyp.sampled_from(",;\t"))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read(tmp_path_factory, rows, separator):
    file = tmp_path_factory.mktemp("table") / "data.csv"
    lines = [separator.join(("a", "y", "b")), *(separator.join(map(repr, row)) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = read_table(file, "y")
    np.testing.assert_array_equal(table.X, np.array(rows)[:, [0, 2]])
    np.testing.assert_array_equal(table.y, np.array(rows)[:, 1])
    assert table.names == ("a", "b")


def test_blank_lines_quotes_spaces_and_a_byte_order_mark_are_read(tmp_path):
    text = '\ufeff"a", y\r\n1, 2\r\n\r\n"3",4\r\n\r\n'
    table = read_table(written(tmp_path, text), "y")
    assert table.X.tolist() == [[1], [3]] and table.y.tolist() == [2, 4]


def test_a_text_target_is_a_label(tmp_path):
    table = read_table(written(tmp_path, "a,y\n1,M\n2,B\n"), "y")
    assert table.y.tolist() == ["M", "B"]
    with pytest.raises(ValueError, match=r"the target is text or constant.*target=False"):
        table.standardized()
    assert table.standardized(target=False).X.tolist() == [[-1], [1]]


@pytest.mark.parametrize(("text", "message"), [
    ("", r"is empty; it needs a line of names and at least two rows"),
    ("\n\n", r"is empty"),
    ("a,b\n1,2\n3,4\n", r"there is no column 'y' to be the target; the columns are: a, b"),
    ("a,y\n1,2\n", r"has 1 row of data; at least 2 are needed"),
    ("a,y\n", r"has 0 rows of data"),
    ("a,y\n1,2\n3\n", r"line 3 has 1 cells, the first line has 2 names"),
    ("a,y\n1,2\n3,4,5\n", r"line 3 has 3 cells"),
    ("a,y\n1,2\nx,4\n", r"column 'a' has text, 'x', in line 3; every cell must be a number"),
    ("a,y\n1,2\n3,x\n", r"column 'y' has text, 'x', in line 3"),
    ("a,y\n1,2\n,4\nnan,5\n", r"'a' has 2 missing, NaN or infinite values, the first in line 3"),
    ("a,y\n1,2\n3,\n", r"column 'y' has 1 missing, NaN or infinite value, the first in line 3"),
    ("a,y\n1,M\n3,\n", r"column 'y' has text, 'M', in line 2"),
    ("a,y\n1,inf\n3,1\n", r"column 'y' has 1 missing, NaN or infinite value"),
    ("1,2\n3,4\n5,6\n", r"the first line of .* holds numbers, not names"),
    ("a,a,y\n1,2,3\n3,4,5\n", r"the column 'a' is there twice"),
    ("y\n1\n2\n", r"has only the target 'y'; add at least one feature column"),
])
def test_bad_tables_are_refused_by_line_and_column(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_table(written(tmp_path, text), "y")


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"nothing\.csv cannot be read \(No such file"):
        read_table(tmp_path / "nothing.csv", "y")
    with pytest.raises(ValueError, match=r"cannot be read \(Is a directory\)"):
        read_table(tmp_path, "y")
    with pytest.raises(ValueError, match=r"is not UTF-8 text \(byte 0\)"):
        read_table(written(tmp_path, "é,y\n1,2\n", encoding="latin-1"), "y")


def test_a_constant_column_cannot_be_standardised(tmp_path):
    table = read_table(written(tmp_path, "a,b,y\n1,2,3\n1,3,4\n"), "y")
    with pytest.raises(ValueError, match=r"column 'a' is constant"):
        table.standardized()


def test_a_decimal_comma_is_recognised_and_the_file_is_named(tmp_path):
    file = tmp_path / "comma.csv"
    file.write_text("x;y\n1;2\n3;1,5\n")
    with pytest.raises(ValueError, match=r"comma\.csv: column 'y' has a decimal comma, '1,5', in "
                                         r"line 3; write '1\.5'"):
        read_table(file, target="y")
