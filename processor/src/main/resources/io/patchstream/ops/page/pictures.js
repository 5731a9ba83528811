import { byId, clock, define, duration, element } from "./dom.js";

const ROWS = 3;
const ROWS_OF_FEW = 4;
const FEW = 5;

const FEW_OF_MANY = "A few a second; the others count as well";
const STILL = "They stay while you point at them";

/** What a picture is called: its best label, or its id where the model has none. */
export const title = (picture) => (picture.predictions.length ? picture.predictions[0].label : picture.imageId);

function bar(score) {
  const filled = element("span");
  filled.style.width = `${100 * score}%`;
  return element("span", { class: "bar" }, filled);
}

/**
 * The pictures that came last, as many as there is room for. A new one takes the place of the oldest,
 * so that nothing moves; while somebody points at them they stay as they are.
 */
export class Gallery {
  /** Of pictures kept elsewhere, newest last, each opened by a function. */
  constructor(pictures, open) {
    this.pictures = pictures;
    this.open = open;
    this.list = byId("gallery");
    this.room = 0;
    this.pause = byId("pause");
    this.tiles = [];
    this.pause.addEventListener("click", () => {
      const paused = this.pause.getAttribute("aria-pressed") !== "true";
      this.pause.setAttribute("aria-pressed", paused);
      this.pause.textContent = paused ? "Go on" : "Pause";
    });
    new ResizeObserver(() => this.fit()).observe(this.list);
  }

  clear() {
    this.tiles = [];
    this.list.replaceChildren();
  }

  /** Fills the room that there is now with the last pictures. */
  fit() {
    const columns = getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
    const room = columns * (columns < FEW ? ROWS_OF_FEW : ROWS);
    if (room !== this.room) {
      this.room = room;
      this.tiles = [...this.pictures.values()].slice(-room).map((picture) => this.tile(picture));
      this.list.replaceChildren(...this.tiles);
    }
  }

  add(picture) {
    const paused = this.pause.getAttribute("aria-pressed") === "true";
    const looked = this.list.matches(":hover, :focus-within");
    byId("pictures-hint").textContent = paused ? "Paused" : looked ? STILL : FEW_OF_MANY;
    if (paused || looked) {
      return;
    }
    const tile = this.tile(picture);
    tile.classList.add("new");
    if (this.tiles.length < this.room) {
      this.list.append(tile);
    } else {
      this.tiles.shift().replaceWith(tile);
    }
    this.tiles.push(tile);
  }

  tile(picture) {
    const best = picture.predictions[0];
    const image = element("img", { src: picture.picture, alt: "", width: 96, height: 96 });
    const button = element(
      "button",
      { type: "button", class: "tile" },
      image,
      element("span", { class: "label" }, title(picture)),
    );
    if (best) {
      button.append(element("span", { class: "scored" }, bar(best.score), best.score.toFixed(2)));
    }
    const said = best ? `${best.label}, ${best.score.toFixed(2)}` : picture.imageId;
    button.setAttribute("aria-label", `${said}, open the picture`);
    button.addEventListener("click", () => this.open(picture));
    return element("li", {}, button);
  }
}

/** One picture and all that is known of it. */
export class Detail {
  constructor() {
    this.dialog = byId("picture");
    byId("picture-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) {
        this.dialog.close();
      }
    });
  }

  open(picture) {
    byId("picture-title").textContent = title(picture);
    const image = byId("picture-image");
    image.src = picture.picture;
    image.alt = `The picture, labelled ${title(picture)}`;
    byId("picture-predictions").replaceChildren(
      ...picture.predictions.map((prediction) =>
        element(
          "li",
          {},
          element("span", { class: "label" }, prediction.label),
          bar(prediction.score),
          element("span", { class: "score" }, prediction.score.toFixed(3)),
        ),
      ),
    );
    define(byId("picture-facts"), [
      ["Id", picture.imageId],
      ["Record", picture.source],
      ["Size", `${picture.width} × ${picture.height} pixels`],
      ["Grid", `${picture.rows} × ${picture.columns} patches`],
      ["Forwarded", `${clock(picture.time)}, ${duration(picture.millis)} after its event`],
      ...Object.entries(picture.attributes),
    ]);
    this.dialog.showModal();
  }
}
