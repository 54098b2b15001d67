// Rankings that the one shown can be compared with: the config's own, its schemes, and announced ones.

function makeReferences(app) {
  const { data } = app;
  const entries = [
    { key: "stated", name: "The config as it stands", ranks: () => app.statedRanks },
    ...data.announced.map((entry, i) => ({
      key: `announced${i}`,
      name: entry.name,
      remark: entry.remark,
      ranks: () => Float64Array.from(entry.ranks, (rank) => rank ?? NaN),
    })),
    ...data.schemes.slice(1).map((scheme, i) => ({
      key: `scheme${i + 1}`,
      name: `Scheme ${scheme.name}`,
      remark: scheme.description,
      ranks: () => app.ranksUnder(i + 1),
    })),
  ];
  const kept = new Map();
  const ranksOf = (key) => {
    if (!kept.has(key)) kept.set(key, entries.find((entry) => entry.key === key).ranks());
    return kept.get(key);
  };
  return { entries, ranksOf };
}

// Places gained on a reference, both ranked among the units that both rank.
function shiftsAgainst(ranks, reference) {
  const both = [];
  for (let i = 0; i < ranks.length; i++) if (ranks[i] === ranks[i] && reference[i] === reference[i]) both.push(i);
  const now = placesAmong(both, ranks);
  const then = placesAmong(both, reference);
  const shifts = new Float64Array(ranks.length).fill(NaN);
  both.forEach((unit, i) => (shifts[unit] = then[i] - now[i]));
  return shifts;
}

function placesAmong(units, ranks) {
  const sorted = units.map((unit) => ranks[unit]).sort((a, b) => a - b);
  const first = new Map();
  sorted.forEach((rank, i) => first.has(rank) || first.set(rank, i + 1));
  return units.map((unit) => first.get(ranks[unit]));
}
