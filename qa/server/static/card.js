// The card that shows a citation's sentence while its number is pointed at or has the focus.

import { element, uniqueId } from "./elements.js";
import { dayInWords, oneLine, sentenceParts } from "./words.js";

const LEAVE_MS = 200; // long enough to move the pointer onto the card
const GAP_PX = 8;

export class Card {
  #number = null;
  #timer = 0;

  constructor(root) {
    this.root = root;
    this.element = element("div", {
      class: "card",
      role: "tooltip",
      id: uniqueId("card"),
      hidden: true,
      onmouseenter: () => clearTimeout(this.#timer),
      onmouseleave: () => this.#leave(),
    });
    root.append(this.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Let a citation's number show its card. */
  serve(number, citation) {
    number.addEventListener("mouseenter", () => this.#open(number, citation));
    number.addEventListener("mouseleave", () => this.#leave());
    number.addEventListener("focus", () => number.matches(":focus-visible") && this.#open(number, citation));
    number.addEventListener("blur", () => this.close());
  }

  close() {
    clearTimeout(this.#timer);
    this.element.hidden = true;
    this.#number?.removeAttribute("aria-describedby");
    this.#number = null;
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), LEAVE_MS);
  }

  #open(number, citation) {
    this.close();
    this.#number = number;
    const [before, quote, after] = sentenceParts(citation);
    this.element.replaceChildren(
      element(
        "p",
        { class: "card-source" },
        element("span", {}, oneLine(citation.source || "Unknown source")),
        element("time", { datetime: citation.published }, dayInWords(citation.published)),
      ),
      element("p", { class: "card-title" }, oneLine(citation.title || citation.path || citation.article_id)),
      element("p", { class: "card-sentence" }, before, element("mark", {}, quote), after),
      element("p", { class: "card-hint" }, "Click or press Enter to read on in the article"),
    );
    this.element.hidden = false;
    number.setAttribute("aria-describedby", this.element.id);
    this.#place(number.getBoundingClientRect());
  }

  /** Put the card above the number, or below it where there is no room, and never over the edge. */
  #place(at) {
    const room = this.root.getBoundingClientRect();
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.min(
      Math.max(at.left + at.width / 2 - width / 2, room.left + GAP_PX),
      room.right - width - GAP_PX,
    );
    const above = at.top - height - GAP_PX;
    const top = above >= room.top + GAP_PX ? above : at.bottom + GAP_PX;
    this.element.style.left = `${Math.round(left)}px`;
    this.element.style.top = `${Math.round(top)}px`;
  }
}
