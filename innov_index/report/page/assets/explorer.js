// The choices beside the table: scheme, normalisation, means; reset, share, export.

function makeExplorer(app) {
  const { data } = app;
  const selects = { scheme: byId("scheme"), normalisation: byId("normalisation"), aggregation: byId("aggregation") };
  options(selects.scheme, data.schemes.map((scheme, i) => [String(i), scheme.name || "the config as it stands"]), "0");

  selects.scheme.addEventListener("change", () => {
    const { unit, other } = app.state;
    app.state = { ...app.initial(Number(selects.scheme.value)), unit, other };
    app.refresh();
    say(`Scheme ${selects.scheme.selectedOptions[0].text}: ${leader()}`);
  });
  selects.normalisation.addEventListener("change", () => {
    app.state.normalisation = selects.normalisation.value;
    app.refresh();
    say(`Normalisation ${selects.normalisation.selectedOptions[0].text}: ${leader()}`);
  });
  selects.aggregation.addEventListener("change", () => {
    app.state.aggregation = selects.aggregation.value;
    app.refresh();
    if (selects.aggregation.value === "geometric") liftWhereUndefined();
    say(`${selects.aggregation.selectedOptions[0].text}: ${leader()}`);
  });
  byId("reset").addEventListener("click", () => {
    const { unit, other } = app.state;
    app.state = { ...app.initial(0), unit, other };
    app.refresh();
    say(`Back to the config as it stands: ${leader()}`);
  });
  byId("equal").addEventListener("click", () => {
    for (const family of app.engine.children) for (const child of family) app.state.weights[child] = 1 / family.length;
    app.refresh();
    say(`Equal weights: ${leader()}`);
  });
  byId("share").addEventListener("click", share);
  byId("explorer").open = innerWidth > 1000;
  byId("export").addEventListener("click", () => {
    const name = data.config.replace(/\.ya?ml$/i, "") + "-explored.yaml";
    download(name, exportedConfig(app));
    say(`Wrote ${name}. Keep it beside ${data.config}: its data paths are relative to that folder.`);
  });

  const leader = () => `${data.units.names[app.order[0]]} is first`;

  // A geometric mean needs scores above zero: take the scale that begins above it, where there is one.
  function liftWhereUndefined() {
    if (!app.undefinedAt.length || !data.tables[`${app.state.scheme}|lifted`]) return;
    app.state.normalisation = "lifted";
    app.refresh();
  }

  async function share() {
    keepInAddress(toFragment(app));
    byId("address").value = location.href;
    byId("address-row").hidden = false;
    byId("address").select();
    try {
      await navigator.clipboard.writeText(location.href);
      say("Link copied: it opens this ranking.");
    } catch {
      say("Copy the link below: it opens this ranking.");
    }
  }

  function update(cause) {
    if (!cause.quick) showChoices();
    byId("explored").hidden = !app.isExplored();
    byId("reset").disabled = !app.isExplored();
    byId("export").disabled = app.undefinedAt.length > 0;
    warn();
  }

  function showChoices() {
    const { state } = app;
    selects.scheme.value = String(state.scheme);
    const offered = data.normalisations.filter(({ key }) => data.tables[`${state.scheme}|${key}`]);
    options(selects.normalisation, offered.map(({ key, label }) => [key, label]), state.normalisation);
    const means = [["stated", "as the config states"], ["arithmetic", "arithmetic means"], ["geometric", "geometric means"]];
    const possible = app.table().rescalings !== null;
    const known = app.knowsMeans() ? means : means.slice(1);
    options(selects.aggregation, possible ? known : means.slice(0, 1), app.aggregation());
    byId("scheme-note").textContent = app.scheme().description;
  }

  function warn() {
    const notice = byId("notice");
    const text = noticeText();
    notice.hidden = !text;
    write(notice, text);
  }

  function noticeText() {
    if (app.means() === null) {
      return "This combination uses a method that only the engine computes: its weights are shown but cannot be changed here.";
    }
    if (!app.undefinedAt.length) return "";
    const worst = app.undefinedAt[0];
    return (
      `No result for ${whole(worst.count)} of ${counted(app.engine.units, "unit")} at “${app.nodeName(worst.node)}”: ` +
      "a geometric mean needs scores above zero. Choose another normalisation, or arithmetic means."
    );
  }

  return { update };
}
