"""Weights of means through a line, as INFORM's: made up, and as published from 2016 to 2020."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.inference import infer_from_scores
from innov_index.analysis.infer.power_means import Transform
from innov_index.analysis.infer.queries import Query, questions_of
from innov_index.analysis.infer.sentences import title
from innov_index.analysis.reproduce.run import reproduce
from innov_index.dataset.printed_figures import known, printed

LINES = [(10.0, -0.9), (3.0, 2.0)]
INFORM = """
version: 1
name: INFORM risk
units: {file: input.csv, id: unit, name: name}
indicators: {file: input.csv, decimals: 1}
normalisation: {method: none}
rounding: {method: half_up, decimals: 1, used_for: parents}
aggregation: {method: linked_mean, p: 0, offset: 10, factor: -0.9}
index:
  code: INFORM RISK
  direction: lower_is_better
  aggregation: {method: geometric, zero: "true"}
  children:
    - code: HAZARD & EXPOSURE
      children:
        - code: Natural
          children:
            - {indicator: Earthquake}
            - {indicator: Flood}
            - {indicator: Tsunami}
            - {indicator: Tropical Cyclone}
            - {indicator: Drought}
            - {indicator: Epidemic}
        - {indicator: Human}
    - code: VULNERABILITY
      children:
        - code: Socio-Economic Vulnerability
          aggregation: {method: arithmetic}
          children:
            - {indicator: Development & Deprivation, weight: 2}
            - {indicator: Inequality, weight: 1}
            - {indicator: Aid Dependency, weight: 1}
        - code: Vulnerable Groups
          children:
            - {indicator: Uprooted people}
            - code: Other Vulnerable Groups
              children:
                - {indicator: Health Conditions}
                - {indicator: Children U5}
                - {indicator: Recent Shocks}
                - {indicator: Food Security}
    - code: LACK OF COPING CAPACITY
      children:
        - code: Institutional
          aggregation: {method: arithmetic}
          children: [{indicator: DRR}, {indicator: Governance}]
        - code: Infrastructure
          aggregation: {method: arithmetic}
          children:
            - {indicator: Communication}
            - {indicator: Physical infrastructure}
            - {indicator: Access to health care}
published: {file: published.csv, node: node, score: score, decimals: 1}
"""


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("power", [-1.0, 0.0, 2.0])
def test_the_transform_rises_and_encloses(line: tuple[float, float], power: float) -> None:
    figures = np.linspace(0.5, 9.5, 40)
    transform = Transform(power, 4.0, line)
    assert (np.diff(transform(figures)) > 0).all()
    np.testing.assert_allclose(transform.inverse(transform(figures)), figures, rtol=1e-11)
    low, high = transform.enclosure(3.7)
    assert low <= high
    assert high - low < Fraction(1, 10**30)
    assert float(low) == pytest.approx(float(transform(np.array(3.7))), rel=1e-12)


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("power", [-1.0, 0.0, 2.0])
def test_weights_are_recovered_and_a_wrong_figure_is_found(line: tuple[float, float], power: float) -> None:
    rng = np.random.default_rng(5)
    scores, weights = np.round(rng.uniform(0, 10, (80, 4)), 2), np.array([0.1, 0.2, 0.3, 0.4])
    numbers = line[0] + line[1] * scores
    mean = np.exp(np.log(numbers) @ weights) if power == 0 else (numbers**power @ weights) ** (1 / power)
    figures = np.round((mean - line[0]) / line[1], 2)
    right = infer_from_scores(known(scores), printed(figures, 2), power=power, line=line)
    assert right.weights is not None
    assert (right.weights.smallest <= weights).all()
    assert (weights <= right.weights.largest).all()
    figures[11] += 0.05
    wrong = infer_from_scores(known(scores), printed(figures, 2), power=power, line=line)
    assert wrong.disagreement is not None
    assert wrong.disagreement.contradiction.culprits == (11,)


@pytest.fixture
def inform(shared: Path, tmp_path: Path) -> Path:
    """INFORM's config; its node Human, which is no mean of its children, is an input."""
    folder = shared / "published" / "inform_risk"
    with (folder / "published.csv").open(newline="") as file:
        published = {(row["unit"], row["edition"]): row for row in csv.DictReader(file)}
    with (folder / "input.csv").open(newline="") as file:
        inputs = [
            row | {"Human": published[row["unit"], row["edition"]]["Human"]} for row in csv.DictReader(file)
        ]
    with (tmp_path / "input.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(inputs[0]))
        writer.writeheader()
        writer.writerows(inputs)
    with (tmp_path / "published.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["unit", "edition", "node", "score"])
        for (unit, edition), figures in published.items():
            nodes = {
                code: score for code, score in figures.items() if code not in ("unit", "edition", "Rank")
            }
            rows.writerows([unit, edition, code, score] for code, score in nodes.items() if score)
    config = tmp_path / "inform.yaml"
    config.write_text(INFORM, "utf-8")
    return config


def test_inform_follows_from_its_inputs(inform: Path) -> None:
    """573 countries in three editions, ten nodes: what is printed differently is within rounding."""
    result = reproduce(innov_index.load(inform))
    assert result.holds


def test_the_weights_of_inform(inform: Path) -> None:
    """Each node's: equal but for Socio-Economic, in which development counts twice."""
    answers = [answer(question) for question in questions_of(innov_index.load(inform), Query(power=None))]
    assert len(answers) == 10
    for found in answers:
        children = len(found.question.children)
        equal = (Fraction(1, children),) * children
        code = found.question.node
        expected = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)) if code.startswith("Socio") else equal
        assert found.inference.stated, code
        assert found.inference.weights is not None
        assert expected in found.inference.weights.simple, code
    assert title(answers[1]).startswith("HAZARD & EXPOSURE as geometric mean of 10 - 0.9 x of 2 children")


def test_the_power_of_inform_may_be_asked_for(inform: Path) -> None:
    """`infer --power geometric` takes the line from the config."""
    query = Query(nodes=("Natural",), power=0.0)
    (question,) = questions_of(innov_index.load(inform), query)
    found = answer(question).inference
    assert found.weights is not None
    assert (Fraction(1, 6),) * 6 in found.weights.simple
