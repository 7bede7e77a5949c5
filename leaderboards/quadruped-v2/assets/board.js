// What a page adds where scripts run: tables that sort and filter, plots that answer to the pointer. The page is whole
// without it. Names are only ever set as text.
"use strict";
(() => {
  const hidden = new Set(); // entries that are filtered out
  let wanted = ""; // part of a task's name
  const plots = [];
  const dark = matchMedia("(prefers-color-scheme: dark)");

  // -- tables

  function sortable(table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && head.dataset.first === "up");
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column]) }));
        rows.sort((a, b) => compare(a.key, b.key, up ? 1 : -1));
        body.append(...rows.map((item) => item.row));
      });
    });
  }

  function key(cell) {
    if (!("value" in cell.dataset)) return cell.textContent.trim();
    return cell.dataset.value === "" ? null : Number(cell.dataset.value);
  }

  function compare(a, b, sign) {
    if (a === null || b === null) return (a === null) - (b === null); // what has no number goes last
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b));
  }

  // -- filters

  function filters(form) {
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      hidden.clear();
      form.querySelectorAll("input[type=checkbox]").forEach((box) => box.checked || hidden.add(box.value));
      wanted = form.querySelector("input[type=search]").value.trim().toLowerCase();
      document.querySelectorAll("[data-entry],[data-task]").forEach((item) => {
        const entry = item.dataset.entry, task = item.dataset.task;
        item.hidden = (entry !== undefined && hidden.has(entry)) || (task !== undefined && !task.toLowerCase().includes(wanted));
      });
      plots.forEach(({ plot, spec }) =>
        spec.series.forEach((series, index) => plot.setSeries(1 + 3 * index, { show: !hidden.has(series.label) })));
    });
  }

  // -- plots

  function shown(value) {
    if (value == null) return "–";
    const size = Math.abs(value);
    return value.toLocaleString("en", { maximumFractionDigits: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3 });
  }

  function tick(value) {
    const size = Math.abs(value);
    return size >= 1e6 ? value / 1e6 + "M" : size >= 1e4 ? value / 1e3 + "k" : value.toLocaleString("en");
  }

  function draw(figure, spec) {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--soft"), rule = style.getPropertyValue("--line");
    const grid = { stroke: rule, width: 1 };
    const data = [spec.x], series = [{ label: spec.x_label, value: (_, v) => shown(v) }], bands = [];
    spec.series.forEach((row) => {
      const colour = row.colours[dark.matches ? 1 : 0], at = data.length, show = !hidden.has(row.label);
      data.push(row.value, row.high, row.low);
      series.push({
        label: row.short, stroke: colour, width: 2, dash: row.hollow ? [6, 4] : undefined, show, points: { show: spec.x.length < 30, size: 5 },
        value: (u, v, _, i) => (i == null || v == null ? "–" : shown(v) + (u.data[at + 1][i] == null ? "" : ` [${shown(u.data[at + 2][i])}, ${shown(u.data[at + 1][i])}]`)),
      });
      for (const side of ["high", "low"]) series.push({ label: side, width: 0, stroke: "transparent", points: { show: false }, class: "u-band", show });
      bands.push({ series: [at + 1, at + 2], fill: colour + "26" });
    });
    const box = figure.querySelector(".live");
    const width = () => Math.max(220, box.clientWidth - 20);
    const heights = spec.marks.map((mark) => mark[0]);
    const plot = new uPlot({
      width: width(), height: 270, series, bands,
      scales: { x: { time: false }, y: { range: (_, low, high) => { const a = Math.min(low, ...heights), b = Math.max(high, ...heights), pad = (b - a || 1) * 0.05; return [a - pad, b + pad]; } } },
      axes: [
        { label: spec.x_label, labelSize: 18, stroke: ink, grid, ticks: grid, values: (_, all) => all.map(tick) },
        { label: spec.y_label, labelSize: 18, size: 58, stroke: ink, grid, ticks: grid, values: (_, all) => all.map(tick) },
      ],
      hooks: {
        setSeries: [(u, index, options) => {
          if (options.show === undefined || index === null || (index - 1) % 3) return;
          for (const side of [1, 2]) if (u.series[index + side].show !== options.show) u.setSeries(index + side, { show: options.show });
        }],
        draw: [(u) => {
          const ctx = u.ctx;
          ctx.save();
          ctx.strokeStyle = ctx.fillStyle = ink;
          ctx.setLineDash([4, 4]);
          ctx.font = `${11 * devicePixelRatio}px sans-serif`;
          spec.marks.forEach(([height, name]) => {
            const y = u.valToPos(height, "y", true);
            ctx.beginPath();
            ctx.moveTo(u.bbox.left, y);
            ctx.lineTo(u.bbox.left + u.bbox.width, y);
            ctx.stroke();
            const low = height < Math.max(...heights);  // curves leave room at the upper left and the lower right
            ctx.textAlign = low ? "right" : "left";
            ctx.fillText(name, u.bbox.left + (low ? u.bbox.width - 4 : 4), y - 4);
          });
          ctx.restore();
        }],
      },
    }, data, box);
    return { plot, spec, figure, width };
  }

  function live(figure) {
    const spec = JSON.parse(figure.dataset.chart);
    const box = document.createElement("div");
    box.className = "live";
    const title = document.createElement("h3");
    title.textContent = spec.title;
    box.append(title);
    figure.querySelector("svg").remove();
    figure.append(box);
    plots.push(draw(figure, spec));
  }

  document.querySelectorAll("table.sortable").forEach(sortable);
  const form = document.querySelector("form.filters");
  if (form) filters(form);
  if (typeof uPlot === "undefined") return;
  document.querySelectorAll("figure[data-chart]").forEach(live);
  let timer;
  addEventListener("resize", () => {
    clearTimeout(timer);
    timer = setTimeout(() => plots.forEach(({ plot, width }) => plot.setSize({ width: width(), height: 270 })), 100);
  });
  dark.addEventListener("change", () => {
    plots.forEach((item, index) => {
      item.plot.destroy();
      plots[index] = draw(item.figure, item.spec);
    });
  });
})();
