import { byId, element, percent, svg } from "./dom.js";
import { title } from "./pictures.js";

// Okabe and Ito's palette without its yellow and black, in three shapes: so many classes are told
// apart, whatever colours are seen; those beyond are grey.
const COLOURS = 6;
const SHAPES = [
  "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0 -1 0Z",
  "M-.9 -.9H.9V.9H-.9Z",
  "M0 -1.15L1.1 .8H-1.1Z",
];
const MOST_CLASSES = COLOURS * SHAPES.length;

/** The class of pictures beyond those, and of a model that names none. */
const OTHERS = "";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where the embeddings of recent pictures lie, along the two axes in which they differ most. */
export class EmbeddingMap {
  /** Of pictures kept elsewhere, by number, each opened by a function. */
  constructor(pictures, open) {
    this.pictures = pictures;
    this.open = open;
    this.points = svg("g");
    this.ring = svg("circle", { class: "ring", r: 0.05, visibility: "hidden" });
    this.plot = svg(
      "svg",
      { viewBox: "-1.08 -1.08 2.16 2.16", "aria-hidden": "true" },
      svg("path", { class: "cross", d: "M-1.08 0H1.08M0 -1.08V1.08" }),
      this.points,
      this.ring,
    );
    this.map = byId("map");
    this.map.append(this.plot);
    this.map.addEventListener("keydown", (event) => this.key(event));
    this.map.addEventListener("pointerleave", () => this.choose(null));
    this.clear();
  }

  clear() {
    this.shown = new Map();
    this.classes = new Map();
    this.only = null;
    this.chosen = null;
    this.points.replaceChildren();
    byId("legend").replaceChildren();
    this.choose(null);
  }

  show({ share, points }) {
    const before = this.shown;
    this.shown = new Map();
    for (const { number, x, y } of points) {
      const picture = this.pictures.get(number);
      if (picture) {
        const point = before.get(number) ?? this.point(picture);
        Object.assign(point, { x, y: -y });
        point.glyph.style.transform = `translate(${point.x}px, ${point.y}px) scale(.026)`;
        this.shown.set(number, point);
        before.delete(number);
      }
    }
    before.forEach((point) => point.glyph.remove());
    byId("map-hint").textContent =
      `${this.shown.size} recent pictures; these two axes show ${percent(share)} of how they differ`;
    this.explain();
    this.choose(this.chosen !== null && this.shown.has(this.chosen) ? this.chosen : null);
  }

  point(picture) {
    const looks = this.looks(picture.predictions.length ? title(picture) : OTHERS);
    const glyph = svg("path", { d: looks.shape, class: `point ${looks.colour}` });
    const point = { picture, glyph, name: looks.name };
    glyph.addEventListener("pointerenter", () => this.choose(picture.number));
    glyph.addEventListener("click", () => this.open(picture));
    this.points.append(glyph);
    return point;
  }

  /** How a class looks, the same as long as the page is open. */
  looks(name) {
    if (!this.classes.has(name)) {
      const order = this.classes.size;
      if (name === OTHERS || order >= MOST_CLASSES) {
        return { name: OTHERS, shape: SHAPES[0], colour: "colour-other" };
      }
      const shape = SHAPES[Math.floor(order / COLOURS)];
      this.classes.set(name, { name, shape, colour: `colour-${order % COLOURS}` });
    }
    return this.classes.get(name);
  }

  explain() {
    const legend = byId("legend");
    const counts = new Map();
    this.shown.forEach(({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1));
    const names = [...counts.keys()].sort((a, b) => (a === OTHERS) - (b === OTHERS) || a.localeCompare(b));
    const there = [...legend.children].map((item) => item.firstChild.value);
    if (there.length !== names.length || there.some((name, i) => name !== names[i])) {
      legend.replaceChildren(...names.map((name) => element("li", {}, this.entry(name))));
    }
    this.fade();
  }

  entry(name) {
    const looks = this.looks(name);
    const glyph = svg("svg", { viewBox: "-1.3 -1.3 2.6 2.6", "aria-hidden": "true" });
    glyph.append(svg("path", { d: looks.shape, class: looks.colour }));
    const button = element("button", { type: "button" }, glyph, name === OTHERS ? "others" : name);
    button.value = name;
    button.addEventListener("click", () => {
      this.only = this.only === name ? null : name;
      this.fade();
    });
    return button;
  }

  /** Where one class is asked for, the others stand back. */
  fade() {
    this.shown.forEach(({ glyph, name }) =>
      glyph.classList.toggle("faded", this.only !== null && name !== this.only),
    );
    for (const { firstChild: button } of byId("legend").children) {
      button.setAttribute("aria-pressed", button.value === this.only);
    }
  }

  choose(number) {
    this.chosen = number;
    const chosen = byId("map-chosen");
    const point = number === null ? null : this.shown.get(number);
    if (!point) {
      this.ring.setAttribute("visibility", "hidden");
      chosen.replaceChildren();
      return;
    }
    this.ring.setAttribute("visibility", "visible");
    this.ring.setAttribute("cx", point.x);
    this.ring.setAttribute("cy", point.y);
    chosen.classList.toggle("below", point.x < 0 && point.y < 0); // not over the point itself
    const best = point.picture.predictions[0];
    if (chosen.dataset.number !== String(number) || !chosen.firstChild) {
      chosen.dataset.number = number;
      chosen.replaceChildren(
        element("img", { src: point.picture.picture, alt: "", width: 64, height: 64 }),
        element("span", {}, title(point.picture), best ? ` ${best.score.toFixed(2)}` : ""),
      );
    }
  }

  key(event) {
    const step = STEPS[event.key];
    if (step && this.shown.size > 0) {
      event.preventDefault();
      this.choose(this.next(step));
    } else if (event.key === "Enter" && this.shown.has(this.chosen)) {
      event.preventDefault(); // it would press the button that is focused next
      this.open(this.shown.get(this.chosen).picture);
    } else if (event.key === "Escape") {
      this.choose(null);
    }
  }

  /** The nearest point in a direction, or at all where none is chosen yet. */
  next([towardsX, towardsY]) {
    const from = this.shown.get(this.chosen) ?? { x: 0, y: 0 };
    let best = this.chosen;
    let least = Infinity;
    this.shown.forEach((point, number) => {
      const x = point.x - from.x;
      const y = point.y - from.y;
      const along = x * towardsX + y * towardsY;
      const aside = Math.abs(x * towardsY) + Math.abs(y * towardsX);
      const distance = this.chosen === null ? Math.hypot(x, y) : along + 2 * aside;
      if ((this.chosen === null || along > 1e-6) && distance < least) {
        least = distance;
        best = number;
      }
    });
    return best;
  }
}
