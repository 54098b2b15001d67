// The state as a URL fragment, and as a config file.

function toFragment(app) {
  const { state, data } = app;
  const parts = new URLSearchParams();
  if (state.scheme) parts.set("scheme", data.schemes[state.scheme].name);
  if (state.normalisation !== "stated") parts.set("normalisation", state.normalisation);
  if (state.aggregation !== "stated") parts.set("aggregation", state.aggregation);
  data.nodes.forEach((node, position) => {
    if (app.isTouched(position)) parts.set(`w.${node.code}`, String(state.weights[position]));
  });
  parts.set("unit", data.units.codes[state.unit]);
  if (state.other >= 0) parts.set("with", data.units.codes[state.other]);
  return "#" + parts.toString();
}

// Takes over what a fragment says; anything it does not know is left as it is.
function fromFragment(app, fragment) {
  if (!fragment.includes("=")) return false;
  const { data } = app;
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const scheme = data.schemes.findIndex((entry) => entry.name === (parts.get("scheme") ?? ""));
  const state = app.initial(Math.max(scheme, 0));
  if (data.tables[`${state.scheme}|${parts.get("normalisation")}`]) state.normalisation = parts.get("normalisation");
  if (["arithmetic", "geometric"].includes(parts.get("aggregation"))) state.aggregation = parts.get("aggregation");
  data.nodes.forEach((node, position) => {
    const weight = Number(parts.get(`w.${node.code}`) ?? NaN);
    if (position && weight >= 0 && weight <= 1) state.weights[position] = weight;
  });
  if (!weightsAreShares(app, state.weights)) state.weights = app.initial(state.scheme).weights;
  state.unit = Math.max(data.units.codes.indexOf(parts.get("unit")), 0);
  state.other = parts.has("with") ? data.units.codes.indexOf(parts.get("with")) : -1;
  app.state = state;
  return true;
}

function weightsAreShares(app, weights) {
  return app.engine.inner.every((node) => {
    const sum = app.engine.children[node].reduce((total, child) => total + weights[child], 0);
    return Math.abs(sum - 1) < 1e-6;
  });
}

function keepInAddress(fragment) {
  try {
    history.replaceState(null, "", fragment);
  } catch {
    location.hash = fragment;
  }
}

// The config that the engine scores exactly as the page does.
function exportedConfig(app) {
  const { data } = app;
  const config = structuredClone(data.document);
  applyEdits(config, app.table().edits);
  const aggregation = app.aggregation();
  if (aggregation !== "stated") applyEdits(config, app.scheme().aggregations[aggregation] ?? []);
  if (!statesWeightsItself(app)) stateWeights(app, config);
  delete config.schemes;
  if (config.uncertainty) {
    config.uncertainty.vary = config.uncertainty.vary.filter((variation) => !variation.schemes);
    if (!config.uncertainty.vary.length) delete config.uncertainty;
  }
  config.name = `${data.name} (explored)`;
  const from = app.scheme().name ? `, scheme ${yamlText(app.scheme().name)}` : "";
  return (
    `# From the report of ${yamlText(data.config)}${from}: every choice as set in the page.\n` +
    `# Data paths are relative to the folder of ${yamlText(data.config)}: keep this file there.\n` +
    toYaml(config)
  );
}

function applyEdits(config, edits) {
  for (const [path, ...value] of edits) {
    const holder = path.slice(0, -1).reduce((here, key) => here[key], config);
    const key = path.at(-1);
    if (value.length) holder[key] = structuredClone(value[0]);
    else delete holder[key];
  }
}

// Whether the config's own weighting gives the weights shown, whatever else was changed.
function statesWeightsItself(app) {
  const unchanged = app.state.normalisation === "stated" && app.aggregation() === "stated";
  return !app.weightsTouched() && (app.scheme().keeps_weighting || unchanged);
}

function stateWeights(app, config) {
  config.weighting = { method: "given" };
  for (const level of Object.values(config.levels ?? {})) delete level.weighting;
  blocksInTreeOrder(config.index).forEach((block, node) => {
    delete block.weighting;
    if (node === 0) return;
    const parent = app.engine.inner.indexOf(app.data.nodes[node].parent);
    const total = app.aggregation() === "stated" ? (app.scheme().means[parent]?.total ?? 1) : 1;
    block.weight = app.state.weights[node] * total;
  });
}

function blocksInTreeOrder(block) {
  return [block, ...(block.children ?? []).flatMap(blocksInTreeOrder)];
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/yaml" }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
