// What an indicator does to one unit's score, by computing that score again with another value.

// Points that the unit would lose with the lowest value of all units in this indicator.
function contributionOf(app, unit, leaf, extremes) {
  const { scores } = app.engine;
  if (scores[leaf][unit] !== scores[leaf][unit]) return NaN;
  return scores[0][unit] - app.engine.probe(unit, leaf, extremes.low, app.recipe());
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
  const rank = app.ranks[unit];
  if (rank !== rank || rank <= 1) return null;
  const above = app.order.filter((other) => app.ranks[other] < rank).at(-1);
  if (above === undefined) return null;
  const target = engine.scores[0][above];
  const ways = [];
  for (const leaf of engine.leaves) {
    const now = engine.scores[leaf][unit];
    const { low, high } = extremesOf(engine.scores[leaf]);
    if (now !== now || !(high > now)) continue;
    const needed = lowestReaching(target, now, high, (value) => engine.probe(unit, leaf, value, app.recipe()));
    if (needed !== null) ways.push({ leaf, now, needed, effort: (needed - now) / (high - low) });
  }
  return { above, gap: target - engine.scores[0][unit], ways: ways.sort((a, b) => a.effort - b.effort) };
}

function lowestReaching(target, from, to, scoreAt) {
  if (!(scoreAt(to) >= target)) return null;
  let [low, high] = [from, to];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (scoreAt(middle) >= target) high = middle;
    else low = middle;
  }
  return high;
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
