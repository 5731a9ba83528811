import { byId, count, define } from "./dom.js";

/** The model's card. */
export function showModel(card) {
  byId("model-name").textContent = card.name;
  document.title = `${card.name} – PatchStream`;
  define(byId("model"), [
    ["Name", card.name],
    ["Layout", card.layout],
    ["Revision", card.revision],
    ["Precision", `${card.precision} (${card.precisionReason})`],
    ["Device", card.device],
    ["Images", card.images],
    ["Classes", card.classes ? count(card.classes) : "none, embeddings only"],
    ["Embedding", `${count(card.embedding)} numbers`],
    ["Parameters", count(card.parameters)],
  ]);
}
