// What an indicator does to one unit's score, by computing that score again with another value.

// Points by which the unit would be worse with the worst value of all units in this indicator.
function contributionOf(app, unit, leaf, extremes) {
  const { scores } = app.engine;
  const { direction } = app.data.ranking;
  if (scores[leaf][unit] !== scores[leaf][unit]) return NaN;
  const worst = direction > 0 ? extremes.low : extremes.high;
  return direction * (scores[0][unit] - app.engine.probe(unit, leaf, worst, app.recipe()));
}

function extremesOf(values) {
  const known = [...values].filter((value) => value === value).sort((a, b) => a - b);
  return { low: known[0], high: known.at(-1), median: medianOf(known) };
}

function medianOf(sorted) {
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// For each indicator that alone could lift the unit past the next one: the score in it that suffices.
function waysUp(app, unit) {
  const { engine, data } = app;
  const { direction } = data.ranking;
  const rank = app.ranks[unit];
  if (rank !== rank || rank <= 1) return null;
  const above = app.order.filter((other) => app.ranks[other] < rank).at(-1);
  if (above === undefined) return null;
  const target = engine.scores[0][above];
  const ways = [];
  for (const leaf of engine.leaves) {
    const now = engine.scores[leaf][unit];
    const { low, high } = extremesOf(engine.scores[leaf]);
    const best = direction > 0 ? high : low;
    if (now !== now || !(direction * (best - now) > 0)) continue;
    const reaches = (value) => direction * (engine.probe(unit, leaf, value, app.recipe()) - target) >= 0;
    const needed = firstReaching(now, best, reaches);
    if (needed !== null) ways.push({ leaf, now, needed, effort: Math.abs(needed - now) / (high - low) });
  }
  return { above, gap: direction * (target - engine.scores[0][unit]), ways: ways.sort((a, b) => a.effort - b.effort) };
}

// The first value on the way from one to another that reaches what is wanted.
function firstReaching(from, to, reaches) {
  if (!reaches(to)) return null;
  let [before, after] = [from, to];
  for (let step = 0; step < 60; step++) {
    const middle = (before + after) / 2;
    if (reaches(middle)) after = middle;
    else before = middle;
  }
  return after;
}

// The value in the indicator's own unit that about corresponds to a normalised one: between two units' values.
function rawValueAt(normalised, raw, target) {
  const pairs = [];
  for (let i = 0; i < raw.length; i++) if (raw[i] === raw[i] && normalised[i] === normalised[i]) pairs.push([normalised[i], raw[i]]);
  pairs.sort((a, b) => a[0] - b[0]);
  const next = pairs.findIndex(([score]) => score >= target);
  if (next < 0) return NaN;
  if (next === 0 || pairs[next][0] === pairs[next - 1][0]) return pairs[next][1];
  const [[s0, r0], [s1, r1]] = [pairs[next - 1], pairs[next]];
  return r0 + ((target - s0) / (s1 - s0)) * (r1 - r0);
}
