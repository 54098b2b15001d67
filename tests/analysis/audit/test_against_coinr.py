"""Every analysis table of COINr 1.1.14 on its ASEM example, number by number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.correlations import p_values, pairs_above, pairs_below
from innov_index.analysis.audit.dimensionality import cronbach_alpha, principal_components
from innov_index.analysis.audit.run import audit
from innov_index.analysis.audit.statistics import flagged, statistics
from innov_index.analysis.compare.agreement import correlation_matrix, spearman
from innov_index.analysis.compare.schemes import compare_schemes
from innov_index.errors import UndefinedError
from innov_index.index import Index, load
from tests.references.asem import load_asem, read_columns, read_rows

EXACT = {"rtol": 1e-9, "atol": 1e-9}
KINDS = ("pearson", "spearman", "kendall")
COLUMNS = {
    "Min": "minimum",
    "Max": "maximum",
    "Mean": "mean",
    "Median": "median",
    "Std": "deviation",
    "Skew": "skewness",
    "Kurt": "kurtosis",
    "N.Avail": "available",
    "N.NonZero": "non_zero",
    "N.Unique": "unique",
    "N.Same": "most_frequent",
    "Frc.Avail": "available_share",
    "Frc.NonZero": "non_zero_share",
    "Frc.Unique": "unique_share",
    "Frc.Same": "most_frequent_share",
}
FLAGS = {
    "Flag.Avail": "few_values",
    "Flag.NonZero": "many_zeros",
    "Flag.Unique": "few_different",
    "Flag.SkewKurt": "outliers",
}


@pytest.fixture(scope="module")
def index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    schemes = {"winmax 1": {"treatment": {"max_points": 1, "fallback": {"method": "log_ct"}}}}
    units = {
        "file": str(shared / "coinr/asem/iData.csv"),
        "id": "uCode",
        "name": "uName",
        "groups": ["EurAsia_group", "GDP_group"],
        "denominators": ["Area", "Energy", "GDP", "Population"],
    }
    return load_asem(shared, tmp_path_factory.mktemp("asem"), units=units, schemes=schemes)


@pytest.fixture(scope="module")
def found(index: Index) -> Audit:
    return audit(index).facts


@pytest.fixture(scope="module")
def asem(shared: Path) -> Path:
    return shared / "coinr/asem"


def order_of(found: Audit, rows: list[dict[str, str]], column: str = "uCode") -> list[int]:
    """Rows of the audit in the order of a reference file."""
    position = {found.scores.units.codes[unit]: row for row, unit in enumerate(found.units)}
    return [position[row[column]] for row in rows]


def leaf_columns(found: Audit, codes: list[str]) -> list[int]:
    return [found.framework.indicators.index(code) for code in codes]


@pytest.mark.parametrize("step", ["raw", "treated"])
def test_statistics_and_flags(found: Audit, asem: Path, step: str) -> None:
    """Source: analysis/stats_raw.csv, stats_treated.csv."""
    result = statistics(found.scores.steps[step][0])
    flags = flagged(result, found.limits)
    rows = read_rows(asem / f"analysis/stats_{step}.csv")
    at = leaf_columns(found, [row["iCode"] for row in rows])
    for column, name in COLUMNS.items():
        expected = [float(row[column]) for row in rows]
        np.testing.assert_allclose(getattr(result, name)[at], expected, **EXACT, err_msg=column)
    for column, name in FLAGS.items():
        expected_flags = [row[column] != "ok" for row in rows]
        np.testing.assert_array_equal(getattr(flags, name)[at], expected_flags, err_msg=column)


def test_availability_of_units(found: Audit, asem: Path) -> None:
    """Source: analysis/data_avail_summary.csv."""
    rows = read_rows(asem / "analysis/data_avail_summary.csv")
    at = order_of(found, rows)
    result = found.availability
    figures = {
        "N_missing": result.missing,
        "N_zero": result.zero,
        "N_miss_or_zero": result.missing + result.zero,
        "Dat_Avail": result.coverage,
        "Non_Zero": result.nonzero,
    }
    for column, values in figures.items():
        np.testing.assert_allclose(values[at], [float(row[column]) for row in rows], **EXACT, err_msg=column)


def test_availability_by_node(found: Audit, asem: Path) -> None:
    """Source: analysis/data_avail_bygroup.csv, COINr's groups of all levels."""
    rows = read_rows(asem / "analysis/data_avail_bygroup.csv")
    groups = [name for name in rows[0] if name != "uCode"]
    assert len(groups) == len(found.framework.inner)
    nodes = [found.framework.position[name] for name in groups]
    expected = read_columns(asem / "analysis/data_avail_bygroup.csv", groups)
    np.testing.assert_allclose(found.node_availability[order_of(found, rows)][:, nodes], expected, **EXACT)


@pytest.mark.parametrize("kind", KINDS)
def test_correlations_of_raw_indicators(found: Audit, asem: Path, kind: str) -> None:
    """Source: analysis/corr_raw_level1_*.csv, with gaps: each pair over the units that have both."""
    matrix = correlation_matrix(found.values("raw"), kind)
    rows = read_rows(asem / f"analysis/corr_raw_level1_{kind}.csv")
    assert len(rows) == 49**2
    first = leaf_columns(found, [row["Var1"] for row in rows])
    second = leaf_columns(found, [row["Var2"] for row in rows])
    np.testing.assert_allclose(matrix[first, second], [float(row["Correlation"]) for row in rows], **EXACT)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", ["1_2_parent", "level2"])
def test_correlations_of_scores(index: Index, asem: Path, kind: str, table: str) -> None:
    """Source: analysis/corr_aggregated_1_2_parent_*.csv and corr_aggregated_level2_*.csv."""
    found = audit(index, kind=kind).facts
    rows = read_rows(asem / f"analysis/corr_aggregated_{table}_{kind}.csv")
    position = found.framework.position
    for row in rows:
        got = found.correlations[position[row["Var1"]], position[row["Var2"]]]
        assert got == pytest.approx(float(row["Correlation"]), abs=1e-9), row
        if table == "1_2_parent":
            assert found.influence.with_parent[position[row["Var2"]]] == pytest.approx(got, abs=1e-12)


def test_correlations_with_every_ancestor(found: Audit, asem: Path) -> None:
    """Source: analysis/corr_family_level1.csv: each indicator with its pillar, sub-index and the index."""
    levels = {"Pillar": 2, "Sub-index": 1, "Index": 0}
    rows = read_rows(asem / "analysis/corr_family_level1.csv")
    assert len(rows) == 3 * 49
    for row in rows:
        node = found.framework.position[row["Var2"]]
        ancestor = found.framework.lineage(node)[-1 - levels[row["Var1"]]]
        assert found.correlations[node, ancestor] == pytest.approx(float(row["Correlation"]), abs=1e-9)


def test_significance(found: Audit, asem: Path) -> None:
    """Source: analysis/corr_raw_level1_p05.csv: a correlation with p > 0.05 is empty there."""
    values = found.values("raw")
    matrix = correlation_matrix(values)
    p = p_values(values, matrix)
    rows = read_rows(asem / "analysis/corr_raw_level1_p05.csv")
    for row in rows:
        i, j = leaf_columns(found, [row["Var1"], row["Var2"]])
        assert (p[i, j] <= 0.05) == (row["Correlation"] != "")
        if row["Correlation"]:
            assert matrix[i, j] == pytest.approx(float(row["Correlation"]), abs=1e-9)


def test_p_values(found: Audit, asem: Path) -> None:
    """Source: analysis/pvals_raw_Physical.csv."""
    codes = [row["iCode"] for row in read_rows(asem / "analysis/pvals_raw_Physical.csv")]
    values = found.values("raw")[:, leaf_columns(found, codes)]
    expected = read_columns(asem / "analysis/pvals_raw_Physical.csv", codes)
    np.testing.assert_allclose(p_values(values, correlation_matrix(values)), expected, **EXACT)


@pytest.mark.parametrize(
    ("file", "limit", "chosen"), [("high_0.75", 0.75, pairs_above), ("low_m0.5", -0.5, pairs_below)]
)
def test_flagged_pairs(found: Audit, asem: Path, file: str, limit: float, chosen) -> None:
    """Source: analysis/corr_flags_*.csv, pairs of normalised indicators of one pillar."""
    framework = found.framework
    expected = {
        frozenset((row["Ind1"], row["Ind2"])): float(row["Corr"])
        for row in read_rows(asem / f"analysis/corr_flags_{file}.csv")
    }
    pairs = {
        frozenset((framework.codes[pair.first], framework.codes[pair.second])): pair.correlation
        for pair in chosen(found.correlations, framework, limit)
        if framework.nodes[pair.first].is_leaf
    }
    assert pairs == pytest.approx(expected, abs=1e-9)


def test_denominators(index: Index, asem: Path) -> None:
    """Source: analysis/denom_corr_0.6.csv: 12 pairs above 0.6, and no other."""
    found = audit(index).facts
    matrix = found.denominators
    names = found.denominator_names
    got = {
        (found.framework.indicators[i], names[j]): matrix[i, j] for i, j in np.argwhere(np.abs(matrix) > 0.6)
    }
    expected = {
        (row["Ind"], row["Denom"]): float(row["Corr"])
        for row in read_rows(asem / "analysis/denom_corr_0.6.csv")
    }
    assert got == pytest.approx(expected, abs=1e-9)


def test_cronbach(found: Audit, asem: Path) -> None:
    """Source: analysis/cronbach.csv: pillars and sub-indexes over indicators, sub-indexes over pillars."""
    framework = found.framework
    children, leaves = found.alphas
    rows = read_rows(asem / "analysis/cronbach.csv")
    assert len(rows) == 20
    for row in rows:
        code = row["group"].removesuffix(" (pillars)")
        node = framework.position[code]
        if row["dset"] == "Raw":
            columns = np.flatnonzero(framework.leaf_matrix[:, node])
            got = cronbach_alpha(found.values("raw")[:, columns])
        else:
            got = (children if row["dset"] == "Aggregated" else leaves)[node]
        assert got == pytest.approx(float(row["alpha"]), abs=1e-9), row


@pytest.mark.parametrize("name", ["level1_by_pillar", "level2_by_subindex", "level1_raw_by_pillar"])
def test_principal_components(found: Audit, asem: Path, name: str) -> None:
    """Source: analysis/pca_*_{variance,loadings,weights}.csv; loadings up to the sign of a component.

    COINr takes the first loadings as weights with whatever sign the solver gives: for the raw ConEcFin all of
    them negative (features.md 1.15). Here the sign is the one for which loadings sum to more than zero.
    """
    framework = found.framework
    variances = read_rows(asem / f"analysis/pca_{name}_variance.csv")
    loadings = read_rows(asem / f"analysis/pca_{name}_loadings.csv")
    weights = {
        row["iCode"]: float(row["Weight"]) for row in read_rows(asem / f"analysis/pca_{name}_weights.csv")
    }
    for group in dict.fromkeys(row["group"] for row in variances):
        children = [framework.codes[c] for c in framework.children[framework.position[group]]]
        if "raw" in name:
            values = found.values("raw")[:, leaf_columns(found, children)]
        else:
            values = found.node_values[:, framework.children[framework.position[group]]]
        result = principal_components(values)
        own = [row for row in variances if row["group"] == group]
        np.testing.assert_allclose(result.eigenvalues, [float(row["eigenvalue"]) for row in own], **EXACT)
        np.testing.assert_allclose(result.shares, [float(row["share"]) for row in own], **EXACT)
        theirs = np.zeros(result.vectors.shape)
        for row in loadings:
            if row["group"] == group:
                theirs[children.index(row["iCode"]), int(row["component"]) - 1] = float(row["loading"])
        signs = np.sign((theirs * result.vectors).sum(axis=0))
        np.testing.assert_allclose(result.vectors * signs, theirs, **EXACT)
        np.testing.assert_allclose(signs[0] * result.vectors[:, 0], [weights[c] for c in children], **EXACT)
        assert (result.vectors.sum(axis=0) > 0).all()


def test_component_weights(index: Index, asem: Path) -> None:
    """Source: analysis/aggregated_pca_level2_weights.csv, COINr's first loadings as weights.

    They agree where all loadings of a node have one sign (Conn). Below Sust they have two, and COINr's column
    holds Sust = -451.7 for Australia, outside the 0 to 100 of its parts (features.md 1.15): a mean with a
    negative weight falls when a unit gets better. Here such weights are refused, with the ways out.
    """
    rows = read_rows(asem / "analysis/aggregated_pca_level2_weights.csv")
    setting = "weighting[{}]={{method: pca, loadings: signed}}"
    scores = index.varied(settings=[setting.format("Conn")]).score()
    for row in rows:
        unit = scores.units.position[row["uCode"]]
        assert scores.of("Conn")[0, unit] == pytest.approx(float(row["Conn"]), abs=1e-9)
    assert min(float(row["Sust"]) for row in rows) < 0
    with pytest.raises(UndefinedError, match="opposite sign"):
        index.varied(settings=[setting.format("Sust")]).score()


@pytest.mark.parametrize("level", [1, 2])
def test_index_without_each_element(found: Audit, asem: Path, level: int) -> None:
    """Source: remove/level*_{Scores,Ranks,RankDiffs,MeanAbsDiff}.csv: COINr replays all for each element."""
    result = found.removal
    rows = read_rows(asem / f"remove/level{level}_Scores.csv")
    names = [name for name in rows[0] if name not in ("uCode", "Nominal")]
    assert len(names) == {1: 49, 2: 8}[level]
    at = order_of(found, rows)
    elements = [int(np.flatnonzero(result.elements == found.framework.position[name])[0]) for name in names]
    for table, values in (("Scores", result.scores), ("Ranks", result.ranks), ("RankDiffs", result.shifts)):
        expected = read_columns(asem / f"remove/level{level}_{table}.csv", names)
        np.testing.assert_allclose(values[elements, 0][:, at].T, expected, **EXACT, err_msg=table)
    means = {
        row["iCode"]: float(row["MeanAbsDiff"])
        for row in read_rows(asem / f"remove/level{level}_MeanAbsDiff.csv")
    }
    np.testing.assert_allclose(result.mean_shift[elements, 0], [means[name] for name in names], **EXACT)


def test_scores_and_ranks(found: Audit, asem: Path) -> None:
    """Source: results/{Summ,Aggs,Full}_{scores,ranks}.csv. TolMin of GRC: see tests/test_coinr_asem.py."""
    scores, framework = found.scores, found.framework
    for table in ("Summ", "Aggs", "Full"):
        for kind in ("scores", "ranks"):
            path = asem / f"results/{table}_{kind}.csv"
            rows = read_rows(path)
            codes = [name for name in rows[0] if name in framework.position]
            nodes = [framework.position[name] for name in codes]
            values = scores.scores[0] if kind == "scores" else scores.ranks[0]
            got, expected = values[order_of(found, rows)][:, nodes], read_columns(path, codes)
            differing = {
                (rows[i]["uCode"], codes[j]) for i, j in np.argwhere(~np.isclose(got, expected, **EXACT))
            }
            assert differing == ({("GRC", "TolMin")} if (table, kind) == ("Full", "ranks") else set())
            if "Rank" in rows[0]:
                ranks = scores.ranks[0, order_of(found, rows), 0]
                np.testing.assert_array_equal(ranks, [float(row["Rank"]) for row in rows])


def test_group_ranks(found: Audit, asem: Path) -> None:
    """Source: results/Aggs_groupranks__GDP_group.csv."""
    path = asem / "results/Aggs_groupranks__GDP_group.csv"
    rows = read_rows(path)
    codes = [name for name in rows[0] if name in found.framework.position]
    assert len(codes) == 11
    got = found.group_ranks("GDP_group")[found.units][order_of(found, rows)]
    nodes = [found.framework.position[name] for name in codes]
    np.testing.assert_array_equal(got[:, nodes], read_columns(path, codes))


def test_unit_summary(found: Audit, asem: Path) -> None:
    """Source: results/unit_summary_IND.csv: levels 4, 3 and 2 of India."""
    unit = found.unit_position("IND")
    for row in read_rows(asem / "results/unit_summary_IND.csv"):
        node = found.framework.position[row["Code"]]
        assert found.framework.nodes[node].name == row["Name"]
        assert found.scores.scores[0, unit, node] == pytest.approx(float(row["Score"]), abs=1e-9)
        assert found.scores.ranks[0, unit, node] == float(row["Rank"])


def test_strengths_and_weaknesses(found: Audit, asem: Path) -> None:
    """Source: results/strengths_ESP.csv, weaknesses_ESP.csv (COINr lists weaknesses with the worst last).

    Equal ranks stand in another order there: COINr sorts indicators by the code of their pillar.
    """
    unit = found.unit_position("ESP")
    result = found.profile_of(unit)
    raw = found.scores.steps["raw"][0, unit]
    for positions, file in ((result.strengths, "strengths_ESP"), (result.weaknesses, "weaknesses_ESP")):
        rows = read_rows(asem / f"results/{file}.csv")
        expected = {row["Code"]: (float(row["Rank"]), float(row["Value"])) for row in rows}
        got = {
            found.framework.indicators[i]: (float(result.ranks[i]), pytest.approx(float(raw[i]), abs=1e-9))
            for i in positions
        }
        assert expected == got
        for row in rows:
            node = found.framework.nodes[found.framework.position[row["Code"]]]
            assert (row["Name"], row["Unit"]) == (node.name, node.unit)
            assert row["Pillar"] == found.framework.codes[node.parent]
    assert (np.diff(result.ranks[result.strengths]) >= 0).all()
    assert (np.diff(result.ranks[result.weaknesses]) <= 0).all()


def test_influence_has_the_effective_weights(found: Audit, asem: Path) -> None:
    """Source: weights/effective.csv."""
    for row in read_rows(asem / "weights/effective.csv"):
        node = found.framework.position[row["iCode"]]
        assert found.scores.effective_weights[0, node] == pytest.approx(float(row["EffWeight"]), abs=1e-12)
    for family in found.framework.children:
        if len(family):
            assert found.influence.importance[family].sum() == pytest.approx(1.0)


def test_another_treatment_beside_the_base(index: Index, found: Audit, asem: Path) -> None:
    """Source: compare/{aggregated_winmax1,{ranks,scores,corr}_base_vs_winmax1}.csv.

    COINr's Regen with winmax = 1 is a scheme here.
    """
    other = index.varied("winmax 1").score()
    path = asem / "compare/aggregated_winmax1.csv"
    at = order_of(found, read_rows(path))
    expected = read_columns(path, found.framework.codes)
    np.testing.assert_allclose(other.scores[0][at], expected, **EXACT)
    comparison = compare_schemes(index, ["winmax 1"])
    for what, values in (("ranks", comparison.ranks), ("scores", comparison.scores)):
        path = asem / f"compare/{what}_base_vs_winmax1.csv"
        at = order_of(found, read_rows(path))
        both = read_columns(path, ("coin.1", "coin.2", "Diff", "Abs.diff"))
        np.testing.assert_allclose(values[:, at].T, both[:, :2], **EXACT)
        np.testing.assert_allclose((values[0] - values[1])[at], both[:, 2], **EXACT)
        np.testing.assert_allclose(np.abs(values[0] - values[1])[at], both[:, 3], **EXACT)
    for row in read_rows(asem / "compare/corr_base_vs_winmax1.csv"):
        node = found.framework.position[row["iCode"]]
        got = spearman(found.scores.scores[0, :, node], other.scores[0, :, node])
        assert got == pytest.approx(float(row["Correlation"]), abs=1e-9)


def test_three_versions_side_by_side(index: Index, shared: Path, asem: Path, tmp_path: Path) -> None:
    """Source: compare/ranks_three.csv: base, winmax 1, and without LPI and Forest."""
    dropped = load_asem(shared, tmp_path)
    table = tmp_path / "framework.csv"
    kept = [
        line for line in table.read_text("utf-8").splitlines() if line.split(",")[0] not in ("LPI", "Forest")
    ]
    table.write_text("\n".join(kept), "utf-8")
    results = [index.score(), index.varied("winmax 1").score(), load(dropped.config.path).score()]
    path = asem / "compare/ranks_three.csv"
    rows = read_rows(path)
    assert len(results[2].framework.leaves) == 47
    at = [results[0].units.position[row["uCode"]] for row in rows]
    got = np.stack([result.ranks[0, at, 0] for result in results], axis=-1)
    np.testing.assert_array_equal(got, read_columns(path, ("base", "winmax1", "dropped")))
