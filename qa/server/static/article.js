// The panel beside the conversation: an article, opened at the words that are cited.

import { button, element, link, put, uniqueId } from "./elements.js";
import { cut, paragraphs, runs, toUnits } from "./spans.js";
import { dayInWords, oneLine } from "./words.js";

/** What is cited, as the panel takes it: of a citation the quote in its sentence, of a passage the whole. */
export function placeOf(cited) {
  const sentence = cited.passage ?? cited;
  return { cited, start: cited.start, end: cited.end, quote: cited.quote ?? cited.text, sentence };
}

export class ArticlePanel {
  #opener = null;
  #opening = 0;
  #inert = [];

  /** @param {() => boolean} coversAll says whether there is no room beside the conversation. */
  constructor({ root, behind, server, coversAll }) {
    Object.assign(this, { root, behind, server, coversAll });
    const heading = uniqueId("article");
    this.heading = element("h2", { id: heading, tabindex: "-1" });
    this.head = element("div", { class: "article-head" });
    this.walk = element("div", { class: "article-walk" });
    this.body = element("div", {
      class: "article-body",
      tabindex: "0",
      role: "region",
      "aria-label": "Text of the article",
    });
    this.veil = element("div", { class: "veil", hidden: true, onclick: () => this.close() });
    this.element = element(
      "div",
      { class: "article", role: "complementary", "aria-labelledby": heading, hidden: true },
      element(
        "div",
        { class: "article-bar" },
        this.walk,
        button("×", () => this.close(), { class: "close", "aria-label": "Close the article" }),
      ),
      this.head,
      this.body,
    );
    put(root, this.veil, this.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Show the article of the `n`th of some places; the others can be walked to. */
  async open(places, n, { opener = this.#opener } = {}) {
    const place = places[n];
    const opening = (this.#opening += 1);
    this.#opener = opener;
    this.#show();
    this.#fillHead(place);
    this.#fillWalk(places, n);
    this.body.setAttribute("aria-busy", "true");
    this.body.replaceChildren(element("p", { class: "dim" }, "Fetching the article …"));
    this.heading.focus({ preventScroll: true });
    let article = null;
    let problem = "";
    try {
      article = await this.server.article(place.cited.article_id);
    } catch (error) {
      problem = error.message;
    }
    if (opening !== this.#opening) return;
    this.body.removeAttribute("aria-busy");
    if (article) this.#fillBody(article, place);
    else this.body.replaceChildren(element("p", { role: "alert" }, `The article can't be shown. ${problem}`));
  }

  close() {
    if (!this.isOpen) return;
    this.#opening += 1;
    this.element.hidden = this.veil.hidden = true;
    this.root.classList.remove("reading");
    for (const part of this.#inert) part.inert = false;
    this.#inert = [];
    this.#opener?.focus({ preventScroll: true });
    this.#opener = null;
  }

  /** Be a sheet over the conversation where there is no room beside it, and a part of the page where there is. */
  fit() {
    if (!this.isOpen) return;
    const covers = this.coversAll();
    this.veil.hidden = !covers;
    this.element.setAttribute("role", covers ? "dialog" : "complementary");
    if (covers) this.element.setAttribute("aria-modal", "true");
    else this.element.removeAttribute("aria-modal");
    this.#inert = this.behind;
    for (const part of this.#inert) part.inert = covers;
  }

  #show() {
    this.element.hidden = false;
    this.root.classList.add("reading");
    this.fit();
  }

  #fillHead({ cited, start, end }) {
    this.heading.textContent = "";
    put(this.heading, oneLine(cited.title || cited.path || cited.article_id));
    const page = this.server.pageOf(cited.article_id, start, end);
    this.head.replaceChildren(
      element(
        "p",
        { class: "article-source" },
        element("span", {}, oneLine(cited.source || "Unknown source")),
        element("time", { datetime: cited.published }, dayInWords(cited.published)),
      ),
      this.heading,
      element(
        "p",
        { class: "article-links" },
        cited.url ? link(cited.url, cited.url.startsWith("http") ? "Where it was published" : cited.url) : null,
        page ? link(page, "Page of its own") : null,
      ),
    );
  }

  #fillWalk(places, n) {
    if (places.length < 2) return this.walk.replaceChildren();
    const step = (by, text, label) =>
      button(text, () => this.open(places, n + by), { "aria-label": label, disabled: !places[n + by] });
    this.walk.replaceChildren(
      step(-1, "‹", "Previous place"),
      element("span", {}, `${n + 1} of ${places.length}`),
      step(1, "›", "Next place"),
    );
  }

  #fillBody(article, place) {
    const stands = cut(article.text, place.start, place.end)[1] === place.quote;
    const [from, start, end, to] = toUnits(article.text, [
      Math.min(place.sentence.start, place.start),
      place.start,
      place.end,
      Math.max(place.sentence.end, place.end),
    ]);
    const spans = stands
      ? [{ name: "quote", start, end }, ...(place.cited.quote ? [{ name: "sentence", start: from, end: to }] : [])]
      : [];
    this.body.replaceChildren(
      ...(stands
        ? []
        : [element("p", { class: "dim" }, "The article has changed since: the words aren't where they stood.")]),
      ...paragraphs(article.text, spans).map((paragraph) =>
        element("p", {}, runs(paragraph.text, paragraph.spans).map(run)),
      ),
    );
    this.#scrollTo(this.body.querySelector("mark"));
  }

  /** Bring the mark a third down the panel; only the panel scrolls, not the page that the widget is on. */
  #scrollTo(mark) {
    const top = mark ? mark.getBoundingClientRect().top - this.body.getBoundingClientRect().top : 0;
    this.body.scrollTop = mark ? this.body.scrollTop + top - this.body.clientHeight / 3 : 0;
  }
}

function run({ text, names }) {
  if (names.includes("quote")) return element("mark", {}, text);
  return names.includes("sentence") ? element("span", { class: "sentence" }, text) : text;
}
