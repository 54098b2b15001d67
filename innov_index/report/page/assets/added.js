// What the config adds to the ranking: the class, ranks inside groups, a change of rank. As the config stands they
// are the engine's; what the reader explores is computed here.

// The class of each unit, "" where it has none; null: the config has no classes.
function classesNow(app) {
  const { classes } = app.data.added;
  if (!classes || !app.isExplored()) return classes ? classes.stated.map((name) => String(name ?? "")) : null;
  if (!classes.method || app.means() === null) return classes.stated.map(() => "");
  const { digits, direction } = app.data.ranking;
  const better = Array.from(app.engine.scores[0], (score) => direction * roundSignificant(score, digits));
  const stated = classes.method === "breaks" ? classes.values.map((cut) => direction * cut) : quantilesOf(better, classes.values);
  const cuts = stated.map((cut) => roundSignificant(cut, digits));
  return better.map((score) => {
    if (score !== score) return "";
    const place = cuts.filter((cut) => score < cut).length;
    return classes.names ? classes.names[place] : String(place + 1);
  });
}

// Hyndman and Fan's type 7, as the engine's.
function quantilesOf(values, shares) {
  const known = values.filter((value) => value === value).sort((a, b) => a - b);
  return shares.map((share) => {
    const position = snapped((known.length - 1) * share);
    const below = Math.floor(position);
    const above = Math.min(below + 1, known.length - 1);
    return known[below] + (position - below) * (known[above] - known[below]);
  });
}

// A position that differs from a whole number by noise only is that number.
function snapped(position) {
  const nearest = Math.round(position);
  return Math.abs(position - nearest) < 1e-9 ? nearest : position;
}

// Rank of a unit inside its group of a column, and how many have one there; null: it has none, or none is asked for.
function rankInside(app, column, unit) {
  const stated = app.data.added.within[column];
  const labels = app.data.units.groups[column];
  const ranked = (other) => app.ranks[other] === app.ranks[other];
  if (!stated || !labels[unit] || !ranked(unit)) return null;
  const members = labels.flatMap((label, other) => (label === labels[unit] && ranked(other) ? [other] : []));
  if (!app.isExplored()) return { rank: stated[unit], of: members.length };
  const { ranks } = rankScores(members.map((member) => app.engine.scores[0][member]), app.data.ranking);
  return { rank: ranks[members.indexOf(unit)], of: members.length };
}

// Places gained from one node to another; null: the config names no two.
function rankChange(app, unit) {
  const { change } = app.data.added;
  if (!change) return null;
  const [from, to] = change.nodes.map(app.nodeName);
  if (!app.isExplored()) return { from, to, places: change.stated[unit] ?? NaN };
  const [before, after] = change.nodes.map((node) => rankScores(app.engine.scores[node], app.data.ranking).ranks[unit]);
  return { from, to, places: before - after };
}
