"""The certificates of best and worst ranks as JSON: exact numbers as texts such as "1/3"."""

from __future__ import annotations

import json
from typing import Any

from innov_index.analysis.robustness.certificates import Branch, Proof, RankClaim
from innov_index.analysis.robustness.rank_ranges import RankRanges

READ_ME = (
    "Scores are the sum of weight x value. A claim holds because (1) `weights` give the `rank` (1 + units "
    "strictly ahead), and (2) at all weights of the set the `certain` rivals are lost (each is a coalition "
    "of its own, with multiplier 1), and of every coalition at least one rival is lost: the "
    "sum of multiplier x (rival - unit) (for 'worst': unit - rival) has a smallest value > 0 (for 'worst': "
    ">= 0) over the set. Lost means strictly ahead ('best') or not strictly ahead ('worst'). The proof asks "
    "rival by rival whether it is lost or kept; in each leaf every clique of q rivals (all pairs are "
    "coalitions) loses q - 1, every set, less the rivals kept, loses 1, and none overlap."
)


def proofs_json(ranges: RankRanges) -> bytes:
    """Every claim with what is needed to check it again."""
    linear, weights = ranges.linear, ranges.weights
    content = {
        "how to read this": READ_ME,
        "units": linear.units,
        "nodes": linear.nodes,
        "values": linear.values.tolist(),
        "one value is": linear.step,
        "logarithms": linear.geometric,
        "weights": {
            "lower": [str(bound) for bound in weights.lower],
            "upper": [str(bound) for bound in weights.upper],
            "rows at most 0": [[str(entry) for entry in row] for row in weights.rows],
        },
        "claims": [_claim(claim, linear.units) for claim in (*ranges.best, *ranges.worst)],
    }
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def _claim(claim: RankClaim, units: tuple[str, ...]) -> dict[str, Any]:
    return {
        "unit": units[claim.unit],
        "sense": claim.sense,
        "rank": claim.rank,
        "bound": claim.bound,
        "weights": [str(weight) for weight in claim.weights],
        "certain": [units[rival] for rival in claim.certain.tolist()],
        "coalitions": [
            {units[rival]: str(share) for rival, share in sorted(shares.items())}
            for _, shares in sorted(claim.coalitions.items(), key=lambda entry: sorted(entry[0]))
        ],
        "proof": _proof(claim.proof, units),
    }


def _proof(proof: Proof, units: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(proof, Branch):
        return {
            "rival": units[proof.rival],
            "lost": _proof(proof.lost, units),
            "kept": _proof(proof.kept, units),
        }
    return {
        "cliques": [[units[rival] for rival in clique] for clique in proof.cliques],
        "sets": [sorted(units[rival] for rival in members) for members in proof.sets],
    }
