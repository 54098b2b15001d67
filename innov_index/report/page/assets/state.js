// What the reader has chosen, and everything that follows from it. Views register with `watch`.

function makeApp(data) {
  const engine = makeEngine(data);
  const app = { data, engine, watchers: [], state: null, ranks: null, order: null, undefinedAt: [] };
  app.dimensions = engine.children[0];

  app.table = () => data.tables[`${app.state.scheme}|${app.state.normalisation}`];
  app.scheme = () => data.schemes[app.state.scheme];
  app.nodeName = (node) => app.scheme().names[node] ?? data.nodes[node].name;

  // An indicator that has a score although it has no value, whatever the scheme.
  const lacksValue = (unit, column) => engine.columns[data.raw[column]][unit] !== engine.columns[data.raw[column]][unit];
  const hasScore = (unit, leaf) => engine.scores[leaf][unit] === engine.scores[leaf][unit];
  app.imputed = (unit, leaf) => hasScore(unit, leaf) && lacksValue(unit, engine.leaves.indexOf(leaf));
  const capped = new Set(data.capped);
  app.capped = (unit, leaf) => capped.has(unit * engine.leaves.length + engine.leaves.indexOf(leaf));
  app.hasGaps = data.raw.some((column) => engine.columns[column].some((value) => value !== value));
  app.imputedOf = (unit) => engine.leaves.filter((leaf, column) => lacksValue(unit, column) && hasScore(unit, leaf)).length;

  // Decimals of a node's scores: those of the config as it stands, or those that suit what was chosen.
  app.decimals = (node) => (app.state.scheme === 0 && app.state.normalisation === "stated" ? data.nodes[node].decimals : app.table().decimals);

  // The means chosen. Where the page does not know those of the config, another normalisation needs others.
  app.knowsMeans = () => Boolean(app.table().frozen) || !app.scheme().means.includes(null);
  app.aggregation = () => (app.state.aggregation === "stated" && !app.knowsMeans() ? "arithmetic" : app.state.aggregation);

  // How the tree is computed; null: only the engine can.
  app.means = () => {
    const aggregation = app.aggregation();
    if (app.table().rescalings === null) return null;
    if (aggregation !== "stated") return engine.inner.map(() => ({ power: aggregation === "geometric" ? 0 : 1 }));
    return app.scheme().means.includes(null) ? null : app.scheme().means;
  };
  app.recipe = () => ({
    table: app.table(),
    means: app.means(),
    gaps: app.scheme().gaps,
    weights: app.state.weights,
  });

  app.initial = (scheme = 0) => ({
    scheme,
    normalisation: "stated",
    aggregation: "stated",
    weights: Float64Array.from(data.schemes[scheme].weights),
    unit: 0,
    other: -1,
  });

  app.compute = () => {
    app.undefinedAt = engine.compute(app.recipe());
    ({ ranks: app.ranks, order: app.order } = rankScores(engine.scores[0], data.ranking));
    if (app.means() === null) takeRanks(app, engine.columns[app.table().ranks]);
  };

  // Ranks under a scheme of the config as it stands, without touching what is shown.
  app.ranksUnder = (scheme) => {
    const kept = app.state;
    app.state = app.initial(scheme);
    app.compute();
    const { ranks } = app;
    app.state = kept;
    app.compute();
    return ranks;
  };

  app.isTouched = (node) => app.state.weights[node] !== app.scheme().weights[node];
  // Below a node whose stated method uses no weights, nodes have none until another mean is chosen.
  app.weightless = (node) => app.aggregation() === "stated" && app.scheme().weightless.includes(node);
  app.weightsTouched = () => app.state.weights.some((_, node) => app.isTouched(node));
  app.isExplored = () =>
    app.state.scheme !== 0 ||
    app.state.normalisation !== "stated" ||
    app.state.aggregation !== "stated" ||
    app.weightsTouched();

  app.watch = (update) => app.watchers.push(update);
  app.refresh = (cause = {}) => {
    app.compute();
    for (const update of app.watchers) update(cause);
  };
  app.state = app.initial();
  return app;
}

// Sets one weight; its siblings share the rest in the proportions they have.
function setWeight(app, node, share) {
  const { weights } = app.state;
  const siblings = app.engine.children[app.data.nodes[node].parent].filter((child) => child !== node);
  const rest = siblings.reduce((sum, child) => sum + weights[child], 0);
  const left = 1 - share;
  for (const child of siblings) weights[child] = rest > 0 ? (weights[child] / rest) * left : left / siblings.length;
  weights[node] = share;
}

// Moves weight between two neighbours; the others stay.
function moveWeight(app, from, to, share) {
  const { weights } = app.state;
  const both = weights[from] + weights[to];
  weights[from] = Math.min(Math.max(share, 0), both);
  weights[to] = both - weights[from];
}

// Ranks as the engine gave them, where the page cannot compute them.
function takeRanks(app, ranks) {
  const last = (unit) => (ranks[unit] === ranks[unit] ? ranks[unit] : Infinity);
  app.ranks = ranks;
  app.order = [...app.order].sort((a, b) => last(a) - last(b));
}
