"""`Result` and `Sheet`: tables made once, columns that know their kind, and one way to a file or a screen."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innov_index.errors import InnovIndexError
from innov_index.io.results import write_result
from innov_index.model.provenance import HashedFile, Provenance
from innov_index.model.result import Beside, Gravity, Lazy, Listed, Remark, Remarks, Result, Shown
from innov_index.model.sheet import Kind, Sheet

RANKS = Sheet(
    ["unit", "rank", "score", "first", "share", "note", "mixed"],
    [["Oslo", 1, 0.5, True, 0.25, None, 1], ["Rome", None, None, None, None, None, "2…3"]],
    {"share": Kind.SHARE},
)
SMALL = Sheet(["unit"], [["Oslo"]])


def made_from(said):
    return Provenance(HashedFile("index.yaml", "0" * 64), (), {}, remarks=tuple(said))


def result(**changes):
    entries = {
        "tables": {"ranks": RANKS, "small": SMALL},
        "sentences": ("Oslo is first.",),
        "remarks": ("Few.",),
    }
    return Result("Cities", **{**entries, "made_from": made_from, **changes})


def test_columns_know_their_kind():
    kinds = ("text", "integer", "number", "flag", "share", "text", "text")
    assert RANKS.kinds == kinds
    assert Sheet(["a"], [[1], [1.5]]).kinds == (Kind.NUMBER,)
    assert Sheet(["a"], [[None]], {"a": Kind.INTEGER}).kinds == (Kind.INTEGER,)


def test_a_frame_has_the_types_of_the_columns():
    frame = result().to_frame("ranks")
    assert [str(dtype) for dtype in frame.dtypes] == [
        "object",
        "Int64",
        "float64",
        "boolean",
        "float64",
        "object",
        "object",
    ]
    assert frame["rank"].isna().tolist() == [False, True]
    assert result().to_frame("small")["unit"].tolist() == ["Oslo"]
    assert list(Sheet(["a", "b"], []).to_frame().columns) == ["a", "b"]


def test_a_table_is_made_once_when_first_asked_for_and_pickled_as_made():
    made = []

    def make():
        made.append(1)
        return SMALL

    tables = Lazy({"small": make})
    assert list(tables) == ["small"]
    assert not made
    assert tables["small"] is tables["small"]
    assert made == [1]
    assert pickle.loads(pickle.dumps(result(tables=tables))).table() == SMALL


def test_an_unknown_table_is_refused_with_the_nearest_name():
    with pytest.raises(InnovIndexError, match=r"no table 'rank'\. Did you mean 'ranks'\?"):
        result().table("rank")


def test_a_table_without_a_screen_of_its_own_is_shown_whole_with_what_is_said():
    assert result().screen() == (Shown(RANKS), Listed(("Oslo is first.",)), Remarks(("Few.",)))
    own = (Shown(SMALL, "Cities"),)
    assert result(screens={"ranks": own}).screen() == own


def test_a_file_has_what_was_said_in_the_provenance_beside_it(tmp_path):
    output = tmp_path / "out.csv"
    assert write_result(result(), output, "small") == f"{output} (1 row) and out.csv.provenance.json"
    assert output.read_text() == "unit\nOslo\n"
    said = json.loads((tmp_path / "out.csv.provenance.json").read_text())["remarks"]
    assert said == ["Oslo is first.", "Few."]


def test_a_workbook_gets_all_tables(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    extra = (Beside("changed", "Changed cells", lambda: SMALL),)
    write_result(result(beside=extra), tmp_path / "all.xlsx")
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames == ["ranks", "small", "Changed cells"]
    write_result(result(tables={"ranks": RANKS}, beside=extra), tmp_path / "one.xlsx")
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames == ["Sheet1", "Changed cells"]


def test_a_table_that_goes_along_gets_a_file_beside(tmp_path):
    extra = (Beside("changed", "Changed cells", lambda: SMALL),)
    wrote = write_result(result(beside=extra), tmp_path / "a.csv.gz")
    assert wrote.endswith(
        "a.csv.gz (2 rows, 1 changed cell) and a.changed.csv.gz and a.csv.gz.provenance.json"
    )
    assert (tmp_path / "a.changed.csv.gz").exists()


class TestRemarks:
    """A screen shows about ten lines of remarks: by kind, the gravest first, with counts."""

    BEYOND = tuple(Remark(f"{i} lies beyond", Gravity.FIGURE, "indicators beyond a bound") for i in range(30))

    def test_the_gravest_come_first_and_plain_texts_last(self) -> None:
        texts = ("read as text", Remark("imputed", Gravity.DATA), Remark("no value", Gravity.FIGURE))
        assert Remarks(texts).gravest(10) == ["no value", "imputed", "read as text"]

    def test_many_of_a_kind_are_counted(self) -> None:
        shown = Remarks(("read as text", *self.BEYOND)).gravest(10)
        assert shown[:3] == ["0 lies beyond", "1 lies beyond", "2 lies beyond"]
        assert shown[3:] == [
            "… and 27 more indicators beyond a bound",
            "read as text",
            "--remarks shows all 31 remarks",
        ]

    def test_one_more_than_the_examples_is_no_longer_than_its_count(self) -> None:
        assert Remarks(self.BEYOND[:4]).gravest(10) == list(self.BEYOND[:4])

    def test_a_remark_made_twice_is_told_once(self) -> None:
        assert Remarks(("a", "b", "a")).gravest(10) == ["a", "b"]

    @given(
        st.lists(
            st.tuples(st.sampled_from(Gravity), st.sampled_from(["", "x", "y"]), st.integers(1, 400)),
            max_size=60,
        )
    )
    def test_about_ten_lines_whatever_is_said(self, made: list[tuple[Gravity, str, int]]) -> None:
        remarks = Remarks([Remark(f"{i}" * length, *how) for i, (*how, length) in enumerate(made)])
        shown = remarks.gravest(10)
        # one that is longer than the screen is still said
        assert sum(1 + len(text) // 100 for text in shown[1:-1]) <= 10
        assert shown == remarks.in_order or shown[-1] == f"--remarks shows all {len(made)} remarks"
        told = [text for text in shown if text in remarks.texts]
        assert told == sorted(told, key=remarks.in_order.index)

    def test_a_remark_stays_what_it_is_when_it_is_copied(self) -> None:
        remark = Remark.about("scheme x", pickle.loads(pickle.dumps(self.BEYOND[0])))
        assert (remark, remark.gravity, remark.kind) == (
            "scheme x: 0 lies beyond",
            Gravity.FIGURE,
            "indicators beyond a bound",
        )
