import { byId, clock, count, element } from "./dom.js";

/** A constant in words: UNSUPPORTED_FORMAT is Unsupported format. */
const words = (constant) => constant.charAt(0) + constant.slice(1).toLowerCase().replaceAll("_", " ");

/** What failed last, and how often for which reason. */
export class Failures {
  constructor() {
    this.list = byId("failures");
    this.clear(1);
  }

  clear(most) {
    this.most = most;
    this.last = 0;
    this.list.replaceChildren();
    this.list.hidden = true;
  }

  add(failure) {
    if (failure.number <= this.last) {
      return;
    }
    this.last = failure.number;
    this.list.prepend(
      element(
        "li",
        {},
        element("span", { class: "reason" }, words(failure.reason)),
        element("time", {}, clock(failure.time)),
        element("p", {}, failure.message),
        element("p", { class: "source" }, failure.imageId ? `${failure.imageId} · ` : "", failure.source),
      ),
    );
    if (this.list.children.length > this.most) {
      this.list.lastChild.remove();
    }
    this.list.hidden = false;
  }

  counted(failed) {
    const reasons = Object.entries(failed);
    const sum = reasons.reduce((all, [, some]) => all + some, 0);
    byId("failures-hint").textContent = sum ? `${count(sum)} since the start` : "None since the start";
    byId("reasons").replaceChildren(
      ...reasons.map(([reason, some]) =>
        element("li", {}, words(reason), " ", element("b", {}, count(some))),
      ),
    );
  }
}
