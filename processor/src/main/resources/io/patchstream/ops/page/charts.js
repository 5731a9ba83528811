import { byId, element, number, svg } from "./dom.js";

const SPAN = 300_000;
const WIDTH = 300;
const HEIGHT = 64;

const CHARTS = [
  { title: "Throughput", unit: "img/s", series: [["imagesPerSecond", ""]] },
  { title: "Engine latency", unit: "ms", series: [["p50Millis", "p50"], ["p99Millis", "p99"]] },
  { title: "Mean batch", unit: "images", series: [["batchImages", ""]] },
  { title: "Lag", unit: "records", series: [["lagImages", ""]] },
  { title: "Failures", unit: "a second", series: [["failuresPerSecond", ""]], kind: "failing" },
];

/** The least of 1, 2, 5, 10, 20 ... that is not below the value. */
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

class Chart {
  constructor({ title, unit, series, kind = "" }) {
    Object.assign(this, { title, unit, series });
    this.moments = [];
    this.pointed = null;
    this.values = series.map(() => element("b", {}, "–"));
    this.ago = element("span", { class: "ago" });
    this.top = element("span", { class: "top" });
    this.area = svg("path", { class: "area" });
    this.lines = series.map((_, i) => svg("path", { class: `line line-${i}` }));
    this.rule = svg("path", { class: "rule" });
    this.plot = svg(
      "svg",
      { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
      svg("path", { class: "axis", d: `M0 ${HEIGHT}H${WIDTH}M0 0H${WIDTH}` }),
      this.area,
      ...this.lines,
      this.rule,
    );
    const figures = series.map(([, name], i) =>
      element("span", { class: `figure figure-${i}` }, this.values[i], name ? ` ${name}` : ""),
    );
    this.element = element(
      "figure",
      { class: `chart ${kind}` },
      element("figcaption", {}, title, " ", element("span", { class: "unit" }, unit)),
      element("div", { class: "values" }, ...figures, this.ago, this.top),
      this.plot,
    );
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => {
      this.pointed = null;
      this.draw();
    });
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    this.pointed = this.end() - SPAN * (1 - share);
    this.draw();
  }

  end() {
    return this.moments.length ? this.moments[this.moments.length - 1].time : 0;
  }

  show(moments) {
    this.moments = moments;
    this.draw();
  }

  draw() {
    const end = this.end();
    const seen = this.moments.filter((moment) => moment.time > end - SPAN);
    const all = seen.flatMap((m) => this.series.map(([key]) => m[key])).filter((v) => v !== null);
    const top = ceiling(Math.max(...all, 0));
    const x = (moment) => (WIDTH * (moment.time - end + SPAN)) / SPAN;
    const y = (value) => HEIGHT - ((HEIGHT - 2) * value) / top;
    this.series.forEach(([key], i) => {
      let pen = "M";
      const path = seen.map((moment) => {
        if (moment[key] === null) {
          pen = "M";
          return "";
        }
        const step = `${pen}${x(moment).toFixed(1)} ${y(moment[key]).toFixed(1)}`;
        pen = "L";
        return step;
      });
      this.lines[i].setAttribute("d", path.join(""));
      if (this.series.length === 1 && all.length === seen.length && seen.length > 0) {
        const close = `L${x(seen[seen.length - 1]).toFixed(1)} ${HEIGHT}L${x(seen[0]).toFixed(1)} ${HEIGHT}Z`;
        this.area.setAttribute("d", path.join("") + close);
      } else if (i === 0) {
        this.area.setAttribute("d", "");
      }
    });
    this.top.textContent = all.length ? number(top) : "";
    this.write(seen, x, end);
  }

  /** The values now, or those that are pointed at. */
  write(seen, x, end) {
    let at = seen[seen.length - 1];
    if (this.pointed !== null && at) {
      const distance = (moment) => Math.abs(moment.time - this.pointed);
      at = seen.reduce((best, moment) => (distance(moment) < distance(best) ? moment : best));
    }
    this.rule.setAttribute("d", this.pointed !== null && at ? `M${x(at).toFixed(1)} 0V${HEIGHT}` : "");
    this.ago.textContent = this.pointed !== null && at ? `${Math.round((end - at.time) / 1000)} s ago` : "";
    const texts = this.series.map(([key]) => (at && at[key] !== null ? number(at[key]) : "–"));
    texts.forEach((text, i) => {
      this.values[i].textContent = text;
    });
    const said = this.series.map(([, name], i) => `${name} ${texts[i]}`.trim()).join(", ");
    const most = Math.max(0, ...seen.flatMap((moment) => this.series.map(([key]) => moment[key] ?? 0)));
    this.plot.setAttribute(
      "aria-label",
      `${this.title}: ${said} ${this.unit}; up to ${number(most)} in five minutes`,
    );
  }
}

/** The figures of the last minutes, as charts that move. */
export class Charts {
  constructor() {
    this.charts = CHARTS.map((chart) => new Chart(chart));
    byId("charts").append(...this.charts.map((chart) => chart.element));
    this.clear(1);
  }

  clear(most) {
    this.most = most;
    this.moments = [];
  }

  add(moments) {
    const last = this.moments.length ? this.moments[this.moments.length - 1].time : 0;
    this.moments.push(...moments.filter((moment) => moment.time > last));
    this.moments.splice(0, this.moments.length - this.most);
  }

  draw() {
    this.charts.forEach((chart) => chart.show(this.moments));
  }
}
