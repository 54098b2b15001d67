"""The public face in Python: an index with a method for every question; commands and notebooks call it.

What can be said of a question, and its default, is in `parameters.py`; the commands take it from there too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from innov_index.config.frame_config import config_of_frame
from innov_index.config.load import config_of, load_config
from innov_index.config.moved import with_absolute_paths
from innov_index.config.yaml_writer import to_yaml
from innov_index.errors import InnovIndexError, load_extra
from innov_index.index import Index as LoadedIndex
from innov_index.model.result import Result
from innov_index.parameters import asked
from innov_index.wording import listed

if TYPE_CHECKING:
    from innov_index.analysis.audit.audited import Step
    from innov_index.analysis.audit.multivariate.clusters import Linkage
    from innov_index.analysis.audit.multivariate.extraction import Extraction
    from innov_index.analysis.audit.multivariate.rotation import Rotation
    from innov_index.analysis.audit.multivariate.solution import Number
    from innov_index.analysis.compare.agreement import Kind
    from innov_index.config.language import Direction
    from innov_index.engine.executors import Progress
    from innov_index.model.arrays import Ints
    from innov_index.report.plots import Plots


class Index(LoadedIndex):
    """A composite index: its config, its data, and every question that can be asked of it.

    Made by `innov_index.load`, `from_dict` or `from_frame`; nothing about it ever changes. Each question is a
    method with the words and defaults of the command of the same name.

    Examples
    --------
    >>> import innov_index
    >>> columns = {"unit": ["A", "B", "C"], "x": [1, 2, 3], "y": [2, 1, 3]}
    >>> index = innov_index.from_frame(columns, name="Two indicators")
    >>> index
    <Index 'Two indicators': 2 indicators, 1 inner node, from config>
    >>> index.score()["C"]
    100.0
    """

    def varied(self, scheme: str | None = None, settings: Sequence[str] | Mapping[str, Any] = ()) -> Self:
        """This index with a scheme of its config and settings applied.

        Parameters
        ----------
        scheme : str, optional
        settings : mapping or sequence of texts
            By path, such as ``{"normalisation.method": "z_score", "weighting[RI]": 0.5}``; or texts
            ``PATH=VALUE``, as for ``--set``.

        Raises
        ------
        ConfigError
            No such scheme or path, or the varied config is not valid.
        """
        if isinstance(settings, str):
            settings = (settings,)
        if not isinstance(settings, Mapping | Sequence) or any(
            not isinstance(each, str) for each in settings
        ):
            raise InnovIndexError(
                f"settings must be texts PATH=VALUE, or a mapping from paths to values; got {settings!r:.60}"
            )
        if isinstance(settings, Mapping):
            settings = [f"{path}={_as_yaml(value)}" for path, value in settings.items()]
        return super().varied(scheme, settings)

    def with_weights(self, weights: Mapping[str, float] | None = None, /, **others: float) -> Self:
        """This index with other weights of some nodes among their siblings.

        Where siblings state weights, a number replaces the one that is stated. Where they do not, it is a
        share of 1, and those that are not named have the rest, in the proportions that they have now. Weights
        that a method gave (equal, pca) give way to these, as with ``method: given``.

        Parameters
        ----------
        weights : mapping, optional
            By code, for codes that are no names in Python.
        **others : float
            By code.

        Raises
        ------
        ConfigError
            No such node, or a weight that is none.
        InnovIndexError
            Shares leave nothing for the siblings that are not named.

        Examples
        --------
        >>> import innov_index
        >>> columns = {"unit": ["A", "B"], "x": [1, 2], "y": [4, 3]}
        >>> index = innov_index.from_frame(columns, weights={"x": 1, "y": 1})
        >>> index.with_weights(x=3).score()["B"]
        75.0
        """
        from innov_index.config.reweighted import settings_of_weights

        def present(children: Ints) -> list[float]:
            return [float(weight) for weight in self.score().weights[-1, children]]

        return self.varied(
            settings=settings_of_weights(self.config.recipe, {**(weights or {}), **others}, present)
        )

    @asked("score")
    def ranking(self, *, top: int | None = None, edition: str | None = None, full: bool = False) -> Result:
        """Scores and ranks as tables: what the command `score` prints. See `score` for the numbers.

        Parameters
        ----------
        top : int, optional
            Only this many units of each edition, the first.
        edition : str, optional
            Only this edition; all by default.
        full : bool
            Every node and indicator, one row each, with coverage and notes.

        Returns
        -------
        Result
            Table `ranking`, one row a unit; or `nodes`, one row a unit and node.

        Raises
        ------
        InnovIndexError
            A data file is not as it must be, a method has no result for some value, or no such edition.

        Examples
        --------
        >>> import innov_index
        >>> columns = {"unit": ["A", "B", "C"], "x": [1, 2, 3], "y": [2, 1, 3]}
        >>> innov_index.from_frame(columns).ranking(top=2).to_frame()["unit"].tolist()
        ['C', 'A']
        """
        from innov_index.analysis.ranking import run

        return (run.node_scores if full else run.ranking)(self, edition=edition, top=top)

    @asked("derive")
    def derive(self, *, trace: tuple[str, str] | None = None, progress: Progress | None = None) -> Result:
        """Derive the indicators that the config derives from raw records, and account for every record.

        Parameters
        ----------
        trace : (unit, indicator), optional
            List the records behind one value instead.
        progress : callable, optional
            Is told how many more records have been read.

        Returns
        -------
        Result
            Tables `indicators`, `values`, `accounts`, `causes`, `lost` and `unplaced`; `records` of a trace.
        """
        from innov_index.analysis.derive import run

        return run.derive(self, progress=progress) if trace is None else run.trace(self, *trace)

    @asked("compare")
    def compare(
        self,
        schemes: Sequence[str] = (),
        *,
        product: bool = False,
        across: Sequence[str] = (),
        edition: str | None = None,
        top: int | None = None,
    ) -> Result:
        """Score the index under its schemes, or every combination of choices, side by side.

        Parameters
        ----------
        schemes : names, optional
            All schemes of the config by default.
        product : bool
            Every combination of the alternatives under `uncertainty:`.
        across : texts ``PATH=[A, B]``, optional
            Every combination of these alternatives.
        edition : str, optional
            The last one by default.
        top : int, optional
            Only this many units, the first.

        Returns
        -------
        Result
            Table `comparison`: rank, score and shift of each unit under each scheme.

        Raises
        ------
        InnovIndexError
            The config has no schemes, or none of that name; schemes and combinations are asked for at once.
        """
        from innov_index.analysis.compare import run

        if schemes and (product or across):
            raise InnovIndexError("--scheme cannot be combined with --product or --across")
        if product or across:
            return run.compare_combinations(self, across, edition=edition, top=top)
        return run.compare(self, schemes, edition=edition, top=top)

    @asked("uncertainty")
    def uncertainty(
        self,
        *,
        draws: int | None = None,
        seed: int | None = None,
        until: float | None = None,
        top: int = 10,
        unit: str | None = None,
        edition: str | None = None,
        threads: int | None = None,
        draws_file: str | os.PathLike[str] | None = None,
        replay: int | None = None,
        explain: bool = True,
    ) -> Result:
        """Say how certain each rank is when the choices under `uncertainty:` vary.

        Parameters
        ----------
        draws, seed : int, optional
            Those of the config by default.
        until : float, optional
            Draw until no probability of a rank has a larger standard error.
        top : int
            Units that get a sentence, and the top that is watched.
        unit : str, optional
            Only this unit gets a sentence; by code or name.
        edition : str, optional
            The last one by default.
        threads : int, optional
            All processors by default; the result does not depend on it.
        draws_file : path, optional
            Write every draw to this Parquet file.
        replay : int, optional
            This draw alone: settings, scores, ranks.
        explain : bool
            Also find what decides each rank and what holds for all weights, for the sentences. The command
            does so where it prints them.

        Returns
        -------
        Result
            Tables `ranks`, `frequencies`, `pairs`, `central weights`.

        Raises
        ------
        InnovIndexError
            The config has no `uncertainty:` block, or no draw has a result.
        """
        if replay is not None:
            from innov_index.analysis.uncertainty.draws import one_draw

            others = {
                "draws": draws,
                "until": until,
                "unit": unit,
                "threads": threads,
                "draws_file": draws_file,
            }
            _refuse_stated("with --replay", **others)
            return one_draw(self, replay, seed=seed, edition=edition)
        from innov_index.analysis.uncertainty.run import uncertainty

        return uncertainty(
            self,
            draws=draws,
            seed=seed,
            until=until,
            edition=edition,
            threads=threads,
            draws_file=None if draws_file is None else Path(draws_file),
            top=top,
            unit=unit,
            explain=explain,
        )

    @asked("sensitivity")
    def sensitivity(
        self,
        *,
        runs: int = 1024,
        seed: int | None = None,
        each: bool = False,
        pairs: bool = False,
        top: int = 10,
        edition: str | None = None,
        threads: int | None = None,
    ) -> Result:
        """Say which of the choices under `uncertainty:` moves the ranks.

        Parameters
        ----------
        runs : int
            Base runs, a power of two; each input adds as many evaluations.
        seed : int, optional
            That of the config by default.
        each : bool
            Each variation is an input of its own, instead of all those of a step together.
        pairs : bool
            Also estimate what two inputs cause only together; twice the evaluations.
        top : int
            Units shown on a screen.
        edition : str, optional
            The last one by default.
        threads : int, optional
            All processors by default; the result does not depend on it.

        Returns
        -------
        Result
            Tables `indices`, `pairs`, `tornado`.

        Raises
        ------
        InnovIndexError
            The config has no `uncertainty:` block, only one input varies, or too few runs have a result.
        """
        from innov_index.analysis.sensitivity.run import sensitivity

        return sensitivity(
            self,
            runs=runs,
            seed=seed,
            by_variation=each,
            second_order=pairs,
            edition=edition,
            threads=threads,
            top=top,
        )

    @asked("robustness")
    def robustness(
        self,
        *,
        within: str | float | None = None,
        simplex: bool = False,
        orders: Sequence[str] = (),
        bounds: Sequence[str] = (),
        ratios: Sequence[str] = (),
        level: int | None = None,
        nodes: Sequence[str] = (),
        edition: str | None = None,
        top: int = 10,
        pair: tuple[str, str] | None = None,
        volumes: bool = False,
        time_limit: float = 60.0,
        check: bool = False,
    ) -> Result:
        """Say what holds for all weights of a set, exactly: nothing is sampled.

        Parameters
        ----------
        within : str or float, optional
            Each weight moves by at most this share, such as "20%" or 0.2, which is the default where nothing
            is stated of the weights.
        simplex : bool
            Any weights at all.
        orders, bounds, ratios : texts, optional
            Such as "RI>=IE>=EC", "RI=0.2..0.5", "RI/IE=1..2".
        level : int, optional
            Vary the weights of the nodes at this level; 1 by default.
        nodes : codes, optional
            Vary the weights of these nodes instead.
        edition : str, optional
            The last one by default.
        top : int
            How many places make the top that is watched.
        pair : units, optional
            Two units, by code or name: what it takes for one to pass the other.
        volumes : bool
            Also measure the share of the weights that gives each rank (at most four weights).
        time_limit : seconds
            For the search for best and worst ranks.
        check : bool
            Also check every certificate again in exact numbers.

        Returns
        -------
        Result
            Tables `ranks`, `stability`, `preferences`, `published`, `volumes`, `pair`.

        Raises
        ------
        InnovIndexError
            The index is not linear in these weights, or no weights are as stated.
        """
        from innov_index.analysis.robustness.run import DEFAULT, robustness
        from innov_index.analysis.robustness.weight_sets import Statements

        if simplex and within is not None:
            raise InnovIndexError("--simplex and --within exclude each other")
        if nodes:
            _refuse_stated("with --nodes", level=level)
        stated = Statements(
            None if within is None else str(within), tuple(bounds), tuple(orders), tuple(ratios)
        )
        return robustness(
            self,
            stated if simplex or stated != Statements() else DEFAULT,
            level=level,
            nodes=tuple(nodes),
            edition=edition,
            top=top,
            pair=pair,
            volumes=volumes,
            time_limit=time_limit,
            check=check,
        )

    @asked("infer")
    def infer(
        self,
        *,
        nodes: Sequence[str] = (),
        children: Sequence[str] = (),
        figures: Literal["scores", "ranks"] | None = None,
        orders: Sequence[str] = (),
        published: str | None = None,
        edition: str | None = None,
        computed: bool = False,
        rest_last: bool = False,
        scaling: Literal["none", "ratio", "affine"] | None = None,
        power: str | float | None = None,
    ) -> Result:
        """Find the weights that agree with what the config says was published, or prove that none do.

        Parameters
        ----------
        nodes : codes, optional
            Only these nodes.
        children : codes, optional
            Weights of these nodes; the nearest published ones by default.
        figures : {"scores", "ranks"}, optional
            Use the node's published scores or ranks alone; by default both together.
        orders : texts "A > B = C", optional
            Use these orders of units instead of published figures.
        published : str, optional
            Only these published figures.
        edition : str, optional
            By default those with the same weights, together.
        computed : bool
            Use computed scores of the children, not published ones.
        rest_last : bool
            Place units without a published rank behind all others.
        scaling : {"none", "ratio", "affine"}, optional
            Also find b in published = b × mean, or a and b in a + b × mean.
        power : str or float, optional
            arithmetic, geometric, harmonic, a number, or any (searched for); the config's by default.

        Returns
        -------
        Result
            Table `weights`; `holds` where weights exist for every question.

        Raises
        ------
        InnovIndexError
            A name is not known, nothing was published, or a scale or power cannot be found from the figures.
        """
        from innov_index.analysis.infer.power_means import read_power
        from innov_index.analysis.infer.queries import Query
        from innov_index.analysis.infer.run import infer

        if orders:
            _refuse_stated(
                "with --order", published=published, figures=figures, computed=computed, rest_last=rest_last
            )
            if len(nodes) > 1:
                raise InnovIndexError("--order is about one --node")
        elif figures is not None:
            _refuse_stated("with --from scores", rest_last=rest_last and figures == "scores")
        query = Query(
            nodes=tuple(nodes),
            children=tuple(children),
            figures=figures,
            published=published,
            edition=edition,
            computed=computed,
            rest_last=rest_last,
            orders=tuple(orders),
            power=read_power(power),
            scaling=scaling,
        )
        return infer(self, query)

    @asked("reproduce")
    def reproduce(self) -> Result:
        """Compare the index with the figures that the config says were published about it.

        Returns
        -------
        Result
            Table `figures`; `holds` where everything holds that the config claims.

        Raises
        ------
        InnovIndexError
            The config names no announcement, or none of its figures concerns this index.
        """
        from innov_index.analysis.reproduce.run import reproduce

        return reproduce(self)

    @asked("audit")
    def audit(
        self,
        sections: Sequence[str] = (),
        *,
        unit: str | None = None,
        group: str | None = None,
        kind: Kind = "pearson",
        step: Step | None = None,
        factors: Number = "kaiser",
        extraction: Extraction = "components",
        rotation: Rotation = "varimax",
        linkage: Linkage = "ward",
        groups: int = 3,
        edition: str | None = None,
    ) -> Result:
        """Look into the index: data, correlations, weights, and what each element does.

        Parameters
        ----------
        sections : names, optional
            Only the tables of these sections.
        unit : str, optional
            Also one unit, by code or name: scores and ranks, strengths and weaknesses.
        group : str, optional
            Also ranks inside the groups of a column.
        kind : {"pearson", "spearman", "kendall"}
            Kind of correlation.
        step : str, optional
            Describe the values after this step; by default raw for statistics, normalised for relations.
        factors : int or str
            How many factors: a number, or the rule kaiser, joliffe, share, parallel or bootstrap.
        extraction : {"components", "principal axis", "maximum likelihood"}
            How factors are found.
        rotation : {"none", "varimax", "promax", "oblimin"}
            How factors are turned.
        linkage : {"single", "complete", "average", "ward"}
            How near groups of units or children are.
        groups : int
            Into how many groups units are put.
        edition : str, optional
            The last one by default.

        Returns
        -------
        Result
            The tables asked for; where none is, `findings` and the table of every section.

        Raises
        ------
        InnovIndexError
            The index has no such edition, unit or group column.
        """
        from innov_index.analysis.audit.multivariate.solution import Choices
        from innov_index.analysis.audit.run import audit

        choices = Choices(
            extraction=extraction, rotation=rotation, factors=factors, linkage=linkage, groups=groups
        )
        return audit(
            self,
            sections,
            edition=edition,
            kind=kind,
            step=step,
            unit=unit,
            group=group,
            choices=choices,
        )

    @asked("selftest")
    def selftest(self, *, outputs: bool = False) -> Result:
        """Score the index anew with the reference, and compare every number of every scheme and edition.

        Parameters
        ----------
        outputs : bool
            Also recalculate the workbook in LibreOffice and the page in a browser, where they are installed.

        Returns
        -------
        Result
            Tables `agreement`, `relations`, `differences`; `holds` where nothing differs.
        """
        from innov_index.analysis.selftest.run import selftest
        from innov_index.report.recomputed import outputs_of

        schemes = () if self.config.scheme else None
        return selftest(self, schemes, outputs_of(self) if outputs else None)

    @asked("report")
    def report(
        self, output: str | os.PathLike[str] = Path("report.html"), *, edition: str | None = None
    ) -> Path:
        """Write the web page to explore the index, a single file, with its provenance beside it.

        Parameters
        ----------
        output : path
            Ends in .html.
        edition : str, optional
            The last one by default.

        Returns
        -------
        Path
            The page.
        """
        from innov_index.report.on_disk import write_page

        write_page(self, Path(output), edition)
        return Path(output)

    @asked("export")
    def export(
        self, output: str | os.PathLike[str] = Path("index.xlsx"), *, edition: str | None = None
    ) -> Path:
        """Write the workbook whose cells are formulas, with its provenance beside it.

        Parameters
        ----------
        output : path
            Ends in .xlsx.
        edition : str, optional
            The last one by default.

        Returns
        -------
        Path
            The workbook.
        """
        from innov_index.report.on_disk import write_workbook

        write_workbook(self, Path(output), edition)
        return Path(output)

    def explore(self, *, edition: str | None = None) -> Any:
        """Show the page's explorer in a notebook, and read what is set in it.

        Parameters
        ----------
        edition : str, optional
            The last one by default.

        Returns
        -------
        widget
            With the extra `notebook`: ``widget.weights`` and ``widget.config`` follow what a reader sets, in
            JupyterLab, VS Code and marimo. Without it, the page in a frame.

        Raises
        ------
        InnovIndexError
            There is no such edition, or no unit has a score in it.
        """
        from innov_index.report.explorer import explorer

        return explorer(self, edition)

    @property
    def plot(self) -> Plots:
        """Figures: ``index.plot.scores(top=10)``; each may be drawn into axes of yours (``ax=``)."""
        load_extra("matplotlib", "drawing figures", "report")
        from innov_index.report.plots import Plots

        return Plots(self)

    def to_yaml(self, path: str | os.PathLike[str] | None = None) -> str:
        """The config, with scheme and settings applied, as YAML; `innov_index.load` reads it.

        Parameters
        ----------
        path : path, optional
            Also write it to this file. Tables in memory are written beside it as JSON lines, under the names
            that the config has for them; other files are named by their full paths.

        Returns
        -------
        str
            What is in the file.
        """
        stated, given = self.config.document.plain(), self.config.given
        if path is None:
            return to_yaml(stated)
        from innov_index.io.writing import write_all

        file = Path(path)
        text = to_yaml(with_absolute_paths(stated, self.config.folder, given.frames))
        tables = {file.with_name(name): content for name, content in given.files().items()}
        write_all({**tables, file: text})
        return text


def load(path: str | os.PathLike[str]) -> Index:
    """Load an index from its config file.

    Parameters
    ----------
    path : path
        A YAML file; relative paths in it start at its folder.

    Raises
    ------
    ConfigError
        With every problem in the file, each with line and column.
    """
    if not isinstance(path, str | os.PathLike):
        found = "nothing" if path is None else f"a value of type {type(path).__name__}"
        raise InnovIndexError(
            f"found {found}; expected the path of a config (from_dict and from_frame take what is in memory)"
        )
    return Index(load_config(path))


def from_dict(config: Mapping[str, Any], folder: str | os.PathLike[str] = "") -> Index:
    """Make an index of a config that is a mapping: what a config file says, in the same words.

    Parameters
    ----------
    config : mapping
        The `file` of indicators, units, joined, published or index may be a data frame (pandas, or any
        library with Arrow's stream of columns, which needs the extra `parquet`) or a mapping of columns.
    folder : path
        Where relative paths start; the current folder by default.

    Raises
    ------
    ConfigError
        With every problem; lines are those of ``to_yaml()``.
    DataError
        A table cannot be read.

    Examples
    --------
    >>> import innov_index
    >>> index = innov_index.from_dict({
    ...     "indicators": {"file": {"unit": ["A", "B", "C"], "x": [1, 2, 3]}},
    ...     "index": {"code": "X", "children": [{"indicator": "x"}]},
    ... })
    >>> index.score()["C"]
    100.0
    """
    return Index(config_of(config, folder))


def from_frame(
    df: Any,
    unit: str | None = None,
    edition: str | None = None,
    tree: Any = None,
    directions: Mapping[str, Direction] | None = None,
    weights: Mapping[str, float] | None = None,
    **steps: Any,
) -> Index:
    """Make an index of a data frame with a row for each unit and a column for each indicator.

    Parameters
    ----------
    df : data frame
        Of pandas, of any library with Arrow's stream of columns (polars, pyarrow, DuckDB; needs the extra
        `parquet`), or a mapping of columns.
    unit : str, optional
        Column with the units; by default the labels of rows, or the column ``unit``.
    edition : str, optional
        Column with the edition, such as the year; by default the column ``edition``, if there is one.
    tree : mapping, list or data frame, optional
        Dimensions with what is below each: ``{"RI": ["laureates", "papers"], "IE": {"IE.1": ["unicorns"]}}``;
        or prefixes of columns: ``["RI", "IE"]``; or a table with the columns code and parent. By default
        every column of numbers is an indicator of one flat index.
    directions : mapping, optional
        ``{"pollution": "lower_is_better"}``; more is better by default.
    weights : mapping, optional
        By code, among siblings: all siblings or none.
    **steps
        Everything else that a config may say: a step by the name of its method
        (``normalisation="z_score"``) or with options
        (``treatment={"method": "winsorise", "max_points": 5}``), ``name``, ``units``, ``schemes``,
        ``uncertainty``, ``published``.

    Raises
    ------
    ConfigError
        A name is no column, node or key; or the column of the units is not known.
    DataError
        The data frame cannot be read, or a unit is repeated.

    Examples
    --------
    >>> import innov_index
    >>> import pandas
    >>> df = pandas.DataFrame({"city": ["A", "B", "C"], "patents": [9, 4, 1], "smog": [7, 2, 5]})
    >>> index = innov_index.from_frame(df, "city", directions={"smog": "lower_is_better"})
    >>> index.score().to_frame()[["unit", "rank", "score"]]
      unit  rank  score
    0    B   1.0  68.75
    1    A   2.0  50.00
    2    C   3.0  20.00
    """
    found = config_of_frame(
        df,
        unit=unit,
        edition=edition,
        tree=tree,
        directions=directions,
        weights=weights,
        others=steps,
    )
    return Index(config_of(found.stated, remarks=found.remarks))


def _as_yaml(value: Any) -> str:
    """A value as one line of YAML; JSON is YAML."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:  # a number of numpy
        value = value.item()
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise InnovIndexError(f"settings: {error}; expected a text, a number, a list or a mapping") from None


def _refuse_stated(reason: str, **values: Any) -> None:
    """Raise where an argument was stated that has no effect for a reason."""
    stated = [f"--{name.replace('_', '-')}" for name, value in values.items() if value not in (None, False)]
    if stated:
        verb = "have" if len(stated) > 1 else "has"
        raise InnovIndexError(f"{listed(stated)} {verb} no effect {reason}")
