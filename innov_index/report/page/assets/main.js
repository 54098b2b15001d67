// Puts the page together. What is out of sight is brought up to date when it comes into sight.

function start() {
  const app = makeApp(JSON.parse(byId("data").textContent));
  app.compute();
  app.statedRanks = app.ranks;
  app.statedScores = app.engine.scores[0].slice();
  const references = makeReferences(app);
  app.remember = later(() => keepInAddress(toFragment(app)), 400);

  const weights = makeWeights(app);
  const table = makeTable(app, references);
  const explorer = makeExplorer(app);
  addEventListener("beforeprint", table.settle);
  for (const view of [weights, explorer, table]) app.watch(view.update);
  lazily(byId("slope"), () => makeSlope(app, references));
  const showUnit = lazily(byId("unit"), () => makeUnitPage(app));
  if (byId("map")) lazily(byId("map"), () => makeMap(app));

  app.openUnit = (unit) => {
    app.state.unit = unit;
    app.remember();
    showUnit();
    byId("unit").scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
    byId("unit-name").focus({ preventScroll: true });
  };

  fromFragment(app, location.hash);
  app.compute();
  addEventListener("hashchange", () => fromFragment(app, location.hash) && app.refresh());
  setUpNavigation();
  localiseNumbers(document);
  for (const update of [weights.update, explorer.update, table.update]) update({});
  app.watch(() => app.remember());
  performance.mark("first-ranking");
  document.documentElement.dataset.ready = "true";
  globalThis.innovIndex = Object.assign(app, { waysUp, classesNow, rankInside, rankChange, exportedConfig: () => exportedConfig(app), settle: table.settle });

  // Makes a view when its section comes into sight; returns what brings it up to date at once.
  function lazily(section, make) {
    let view = null;
    let stale = true;
    let seen = false;
    const show = () => {
      stale = false;
      view ??= make();
      view.update();
    };
    const settle = () => stale && seen && show();
    app.watch(() => {
      stale = true;
      if (seen) requestAnimationFrame(settle);
    });
    new IntersectionObserver(
      ([entry]) => {
        seen = entry.isIntersecting;
        settle();
      },
      { rootMargin: "300px" },
    ).observe(section);
    addEventListener("beforeprint", show);
    return show;
  }
}

// Links inside the page scroll there and leave the shared state in the address.
function setUpNavigation() {
  for (const link of document.querySelectorAll("a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const target = byId(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
      target.focus({ preventScroll: true });
    });
  }
}

function later(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

start();
