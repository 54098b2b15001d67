// Scores and ranks from normalised indicators: the engine's arithmetic, in the engine's order.

const NEAR_GEOMETRIC = 0.01;
const POWERS_OF_TEN = Array.from({ length: 309 }, (_, power) => Number(`1e${power}`));
const SMALLEST_NORMAL = 2.2250738585072014e-308;

function decodeColumns(base64, units) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const values = littleEndian ? new Float64Array(bytes.buffer) : swapped(bytes);
  return Array.from({ length: values.length / units }, (_, k) => values.subarray(k * units, (k + 1) * units));
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function swapped(bytes) {
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, k) => view.getFloat64(8 * k, true));
}

function makeTree(nodes) {
  const children = nodes.map(() => []);
  nodes.forEach((node, position) => position && children[node.parent].push(position));
  const leaves = [];
  const inner = [];
  nodes.forEach((node, position) => (node.leaf ? leaves : inner).push(position));
  return { children, leaves, inner };
}

// How far rounding can move a number: a multiple of the roundoff times the magnitudes it was computed from.
const ROUNDOFF = 2 ** -53;
const FEW = 8;

function errorsOfSum(terms) {
  return FEW + 4 * Math.sqrt(terms);
}

// Numbers that rounding does not tell apart become equal: a number within its bound of zero is zero; going down
// the order, a number joins a run of ties if it ties with the run's first. Of equal numbers the one with the largest
// bound comes first, so that the order of the units decides nothing.
function settle(values, doubts) {
  let reach = 0;
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]) <= doubts[i]) values[i] = 0;
    if (doubts[i] > reach) reach = doubts[i];
  }
  if (!hasCloseNeighbours(values, 2 * reach)) return;
  const order = [];
  for (let i = 0; i < values.length; i++) if (values[i] === values[i]) order.push(i);
  order.sort((a, b) => values[b] - values[a] || doubts[b] - doubts[a]);
  let first = order[0];
  for (const unit of order) {
    if (values[first] - values[unit] <= doubts[first] + doubts[unit]) values[unit] = values[first];
    else first = unit;
  }
}

function hasCloseNeighbours(values, reach) {
  const sorted = values.slice().sort();
  for (let i = 1; i < sorted.length; i++) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap > 0 && gap <= reach) return true;
  }
  return false;
}

// The two halves of a quasi-arithmetic mean: the transform of a value, and back from the mean of transforms.
function transforms(power) {
  if (power === 1) return [(x) => x, (m) => m];
  if (power === 0) return [(x) => (x > 0 ? Math.log(x) : NaN), Math.exp];
  if (Math.abs(power) < NEAR_GEOMETRIC) {
    return [
      (x) => {
        const y = x < 0 ? NaN : Math.expm1(power * Math.log(x));
        return Number.isFinite(y) ? y : NaN;
      },
      (m) => Math.exp(Math.log1p(m) / power),
    ];
  }
  const raised = (x) => {
    const y = x ** power;
    return x < 0 || (y < SMALLEST_NORMAL && x > 0) || !Number.isFinite(y) ? NaN : y;
  };
  return [raised, (m) => m ** (1 / power)];
}

// The same for the mean of a node, which may be of a line over its children.
function halvesOf(mean) {
  const [forward, backward] = transforms(mean.total === undefined ? mean.power : 1);
  if (mean.factor === undefined) return [forward, backward];
  return [(x) => forward(mean.offset + mean.factor * x), (m) => (backward(m) - mean.offset) / mean.factor];
}

// What rounding can have moved, of a number on a mean's line, given what it can have moved of the score.
function doubtOnLine(mean, score, doubt) {
  if (mean.factor === undefined) return doubt;
  const steep = Math.abs(mean.factor);
  return steep * doubt + FEW * ROUNDOFF * (Math.abs(mean.offset) + steep * Math.abs(score));
}

function doubtOffLine(mean, score, share) {
  if (mean.factor === undefined) return share * Math.abs(score);
  const steep = Math.abs(mean.factor);
  const back = FEW * ROUNDOFF * (Math.abs(mean.offset) / steep + Math.abs(score));
  return (share * Math.abs(mean.offset + mean.factor * score)) / steep + back;
}

function makeEngine(data) {
  const units = data.units.codes.length;
  const columns = decodeColumns(data.pool, units);
  const { children, leaves, inner } = makeTree(data.nodes);
  const scores = data.nodes.map(() => new Float64Array(units));
  const doubts = data.nodes.map(() => new Float64Array(units));
  const doubt = new Float64Array(units);
  const parts = new Float64Array(units);
  const partsInDoubt = new Float64Array(units);
  const total = new Float64Array(units);
  const present = new Float64Array(units);
  const there = new Int32Array(units);
  const spoilt = new Uint8Array(units);
  const scales = data.nodes.map(() => null);
  const innerPosition = data.nodes.map(() => -1);
  inner.forEach((node, position) => (innerPosition[node] = position));

  // Fills `scores`; returns for how many units each node has no result although its children are there.
  function compute({ table, means, gaps, weights }) {
    leaves.forEach((node, column) => {
      scores[node].set(columns[table.columns[column]]);
      const own = doubts[node];
      for (let i = 0; i < units; i++) own[i] = table.relative[column] * Math.abs(scores[node][i]) + table.absolute[column];
    });
    if (table.frozen && means === null) {
      inner.forEach((node, column) => scores[node].set(columns[table.frozen[column]]));
      return [];
    }
    const undefinedAt = [];
    for (let at = inner.length - 1; at >= 0; at--) {
      const count = aggregate(inner[at], means[at], gaps[at], weights) + rescale(inner[at], table.rescalings[at]);
      if (count) undefinedAt.push({ node: inner[at], count });
    }
    return undefinedAt;
  }

  function aggregate(node, mean, gap, weights) {
    const sum = mean.total !== undefined;
    const [forward, backward] = halvesOf(mean);
    total.fill(0);
    present.fill(0);
    there.fill(0);
    spoilt.fill(0);
    doubt.fill(0);
    parts.fill(0);
    partsInDoubt.fill(0);
    const errors = (FEW + children[node].length) * ROUNDOFF;
    const linear = sum || mean.power === 1;
    let logs = 0;
    for (const child of children[node]) {
      const values = scores[child];
      const weight = weights[child];
      const known = doubts[child];
      for (let unit = 0; unit < units; unit++) {
        const value = values[unit];
        if (value !== value) continue;
        there[unit]++;
        present[unit] += weight;
        const part = forward(value);
        if (part === part) total[unit] += weight * part;
        else if (weight > 0) spoilt[unit] = 1;
        if (linear) doubt[unit] += weight * (known[unit] + errors * Math.abs(value));
        else {
          const number = mean.factor === undefined ? value : mean.offset + mean.factor * value;
          if (!(number > 0)) continue;
          const share = doubtOnLine(mean, value, known[unit]) / number;
          const own = weight * Math.exp(mean.power * Math.log(number));
          doubt[unit] = Math.max(doubt[unit], share);
          parts[unit] += own;
          partsInDoubt[unit] += own * share;
          logs = Math.max(logs, Math.abs(Math.log(number)));
        }
      }
    }
    const count = finish(node, mean, backward, gap, weights);
    const amplified = Math.abs(mean.power) >= NEAR_GEOMETRIC ? 1 + 1 / Math.abs(mean.power) : 1 + logs;
    for (let unit = 0; unit < units; unit++) {
      if (linear) doubts[node][unit] = sum ? doubt[unit] * mean.total : doubt[unit] / present[unit];
      else doubts[node][unit] = doubtOffLine(mean, scores[node][unit], shareInDoubt(unit, errors * amplified));
    }
    settle(scores[node], doubts[node]);
    return count;
  }

  // What rounding can have moved of a mean, as a share of it: that of each child counts by its part in the mean.
  function shareInDoubt(unit, own) {
    const byPart = (FEW * partsInDoubt[unit]) / parts[unit];
    const worst = doubt[unit];
    return (worst > FEW * own && byPart < worst ? byPart : worst) + own;
  }

  function finish(node, mean, backward, gap, weights) {
    const family = children[node].length;
    const result = scores[node];
    const needed = gap.missing === "propagate" ? family : Math.max(1, family * (gap.coverage - 1e-12));
    let count = 0;
    for (let unit = 0; unit < units; unit++) {
      const enough = there[unit] > 0 && there[unit] >= needed;
      if (!enough) {
        result[unit] = NaN;
        continue;
      }
      if (mean.total !== undefined) result[unit] = sumOf(node, unit, mean.total, weights);
      else result[unit] = spoilt[unit] ? ofAnySize(node, unit, mean, weights) : backward(total[unit] / present[unit]);
      if (!Number.isFinite(result[unit])) {
        result[unit] = NaN;
        count++;
      }
    }
    return count;
  }

  // A mean of powers that exceed the range of a double: all as shares of the child whose power is the largest.
  function ofAnySize(node, unit, mean, weights) {
    const own = children[node].filter((child) => weights[child] > 0 && scores[child][unit] === scores[child][unit]);
    const onLine = (score) => (mean.factor === undefined ? score : mean.offset + mean.factor * score);
    const numbers = own.map((child) => onLine(scores[child][unit]));
    if (Math.abs(mean.power) < NEAR_GEOMETRIC) return NaN;
    if (numbers.some((number) => number < 0 || (number === 0 && mean.power < 0))) return NaN;
    const size = (mean.power > 0 ? Math.max : Math.min)(...numbers);
    let powers = 0;
    let weight = 0;
    own.forEach((child, at) => {
      powers += weights[child] * (numbers[at] / size) ** mean.power;
      weight += weights[child];
    });
    const result = size * (powers / weight) ** (1 / mean.power);
    return mean.factor === undefined ? result : (result - mean.offset) / mean.factor;
  }

  // A sum with a missing term is missing; a child of weight 0 is no term.
  function sumOf(node, unit, sumOfWeights, weights) {
    let sum = 0;
    for (const child of children[node]) {
      if (weights[child] > 0) sum += weights[child] * sumOfWeights * scores[child][unit];
    }
    return sum;
  }

  function rescale(node, rescaling) {
    scales[node] = null;
    if (!rescaling) return 0;
    const values = scores[node];
    const stretched = rescaling.method === "min_max" ? minMax : zScore;
    const before = countPresent(values);
    const [least, most] = extremes(values);
    scales[node] = stretched(values, rescaling);
    const [low, high] = extremes(values);
    const slope = most > least ? (high - low) / (most - least) : 0;
    rescaleDoubts(node, slope, least, low, rescaling);
    return before - countPresent(values);
  }

  // A straight line y = a + b x: its error is that of x times b, twice as a is learned from values with such errors;
  // that of b, which counts by the distance from the origin of the scale; and roundings of y and of a.
  function rescaleDoubts(node, slope, least, low, rescaling) {
    const largest = doubts[node].reduce((most, bound) => (bound > most ? bound : most), 0);
    const errors = errorsOfSum(units) * ROUNDOFF;
    const isMinMax = rescaling.method === "min_max";
    const origin = isMinMax ? rescaling.low : rescaling.mean;
    const farthest = scores[node].reduce((most, score) => Math.max(most, Math.abs(score - origin) || 0), 0);
    const isFar = Math.abs(origin) < farthest;
    const stretched = (3 * slope * largest) / Math.abs(isMinMax ? rescaling.high - rescaling.low : rescaling.sd);
    for (let unit = 0; unit < units; unit++) {
      const score = Math.abs(scores[node][unit]);
      const roundings = errors * (2 * score + Math.abs(low - slope * least));
      const distance = isFar ? score + Math.abs(origin) : farthest;
      const ofSlope = Number.isFinite(stretched) ? stretched * distance : 0;
      doubts[node][unit] = roundings + 2 * slope * largest + ofSlope;
    }
  }

  // Score of the index for one unit if one indicator were `value`: others, weights and scales as they are.
  function probe(unit, leaf, value, { means, gaps, weights }) {
    let node = leaf;
    let changed = value;
    while (node !== 0) {
      const child = node;
      node = data.nodes[node].parent;
      const at = innerPosition[node];
      changed = probeNode(unit, node, child, changed, means[at], gaps[at], weights);
    }
    return changed;
  }

  function probeNode(unit, node, changedChild, value, mean, gap, weights) {
    const sum = mean.total !== undefined;
    const [forward, backward] = halvesOf(mean);
    let parts = 0;
    let weight = 0;
    for (const child of children[node]) {
      const here = child === changedChild ? value : scores[child][unit];
      if (here !== here || weights[child] === 0) continue;
      parts += weights[child] * forward(here);
      weight += weights[child];
    }
    const score = sum ? parts * mean.total : backward(parts / weight);
    const scale = scales[node];
    return scale ? scale(score) : score;
  }

  return { units, columns, children, leaves, inner, scores, compute, probe };
}

function countPresent(values) {
  let count = 0;
  for (const value of values) count += value === value;
  return count;
}

function extremes(values) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function minMax(values, { low, high }) {
  const [worst, best] = extremes(values);
  const spread = best > worst ? best - worst : NaN;
  return applied(values, (value) => low + (high - low) * ((value - worst) / spread));
}

function zScore(values, { mean, sd, population }) {
  const known = values.filter((value) => value === value);
  const centre = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const deviation = Math.sqrt(squares / (known.length - (population ? 0 : 1)));
  return applied(values, (value) => (deviation > 0 ? mean + sd * ((value - centre) / deviation) : NaN));
}

function applied(values, scale) {
  for (let i = 0; i < values.length; i++) values[i] = scale(values[i]);
  return scale;
}

// To so many significant digits, halves to even: what decides whether two scores are equal. To ten digits or
// fewer, what is a half in its first 14 digits is a half.
function roundSignificant(value, digits) {
  const magnitude = Math.abs(value);
  if (digits === 0 || !(magnitude > 1e-290) || magnitude === Infinity) return value;
  let exponent = Math.floor(Math.log10(magnitude));
  if (exponent >= 0 && exponent < 308 && magnitude >= POWERS_OF_TEN[exponent + 1]) exponent++;
  const shift = digits - 1 - exponent;
  const up = POWERS_OF_TEN[Math.max(shift, 0)];
  const down = POWERS_OF_TEN[Math.max(-shift, 0)];
  const noise = digits <= 10 ? 10 ** (digits - 14) : 0;
  const rounded = (halfToEven((value * up) / down, noise) * down) / up;
  return Number.isFinite(rounded) ? rounded : value;
}

// The nearest whole number; what differs from a half by no more than the noise is a half.
function halfToEven(value, noise) {
  const below = Math.floor(value);
  const rest = value - below;
  if (Math.abs(rest - 0.5) > noise) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

// Ranks, the best score first (NaN: none), and the positions from best to worst; direction -1: less is better.
function rankScores(scores, { digits, ties, direction }) {
  const rounded = Float64Array.from(scores, (score) => direction * roundSignificant(score, digits));
  const ranks = new Float64Array(scores.length).fill(NaN);
  const order = [];
  const without = [];
  for (let i = 0; i < scores.length; i++) (rounded[i] === rounded[i] ? order : without).push(i);
  order.sort((a, b) => rounded[b] - rounded[a] || a - b);
  let group = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && rounded[order[end]] === rounded[order[start]]) end++;
    group++;
    for (let i = start; i < end; i++) ranks[order[i]] = rankWithin(ties, start, end, i, group);
    start = end;
  }
  return { ranks, order: order.concat(without) };
}

function rankWithin(ties, start, end, place, group) {
  if (ties === "max") return end;
  if (ties === "average") return (start + 1 + end) / 2;
  if (ties === "dense") return group;
  return ties === "ordinal" ? place + 1 : start + 1;
}
