import { Charts } from "./charts.js";
import { byId } from "./dom.js";
import { Failures } from "./failures.js";
import { EmbeddingMap } from "./map.js";
import { showModel } from "./model.js";
import { Detail, Gallery } from "./pictures.js";

const AGAIN_MILLIS = 10_000;
const STATES = { RUNNING: "Live", REBALANCING: "Partitions are moving" };

const detail = new Detail();
const charts = new Charts();
const pictures = new Map();
const gallery = new Gallery(pictures, (picture) => detail.open(picture));
const map = new EmbeddingMap(pictures, (picture) => detail.open(picture));
const failures = new Failures();

let keep = { pictures: 1, failures: 1, moments: 1 };
let lastPicture = 0;

function status(state, text) {
  const shown = byId("status");
  shown.dataset.state = state;
  if (shown.textContent !== text) {
    shown.textContent = text;
  }
}

/** What the server sends; each may come again after a connection was lost. */
const on = {
  hello(told) {
    keep = told;
    lastPicture = 0;
    charts.clear(keep.moments);
    pictures.clear();
    gallery.clear();
    map.clear();
    failures.clear(keep.failures);
  },
  starting() {
    status("waiting", "The model is being opened");
  },
  model: showModel,
  moments(moments) {
    charts.add(moments);
    charts.draw();
  },
  moment(moment) {
    const running = moment.state === "RUNNING";
    status(running ? "live" : "waiting", STATES[moment.state] ?? `The stream is ${moment.state}`);
    charts.add([moment]);
    charts.draw();
    failures.counted(moment.failed);
  },
  picture(picture) {
    if (picture.number > lastPicture) {
      lastPicture = picture.number;
      pictures.set(picture.number, picture);
      if (pictures.size > keep.pictures) {
        pictures.delete(pictures.keys().next().value);
      }
      gallery.add(picture);
    }
  },
  failure(failure) {
    failures.add(failure);
  },
  map(places) {
    map.show(places);
  },
};

function watch() {
  const events = new EventSource("/page/events");
  for (const [name, handle] of Object.entries(on)) {
    events.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) {
      status("lost", "Not let in, trying again");
      setTimeout(watch, AGAIN_MILLIS);
    } else {
      status("lost", "Connection lost, trying again");
    }
  });
}

watch();
