// One answer -> elements: what is said first, then how sure, then the sentences that prove it.

import { placeOf } from "./article.js";
import { button, element, uniqueId } from "./elements.js";
import { copy, toMarkdown } from "./exporting.js";
import { timelineOf } from "./timeline.js";
import {
  confidenceWord,
  counted,
  dayInWords,
  headingOf,
  headline,
  howSure,
  inPlainWords,
  notesOn,
  oneLine,
  reasonInWords,
  sentenceParts,
  summaryOf,
  understoodAs,
} from "./words.js";

const STEPS = { high: 3, fair: 2, low: 1 };
const MOST_OF_EXCERPT = 320;

export class AnswerView {
  /** @param {Card} card @param {ArticlePanel} panel @param {(text: string) => void} announce */
  constructor(answer, { card, panel, announce }) {
    Object.assign(this, { answer, card, panel, announce });
    this.places = answer.citations.map(placeOf);
  }

  /** Return the parts below the question, in the order in which they appear. */
  parts() {
    const { answer } = this;
    if (answer.remark) return [element("p", { class: "remark" }, oneLine(answer.remark))];
    const understood = understoodAs(answer);
    return [
      understood ? this.#understood(understood) : null,
      ...(answer.positions.length ? this.#positions() : this.#abstention()),
      timelineOf(answer, { numberOf: (citation, attributes) => this.#number(citation, attributes) }),
      ...notesOn(answer).map((note) => element("p", { class: "note" }, note)),
      this.#actions(),
    ].filter(Boolean);
  }

  /** Return the answer in a sentence or two, for those who listen. */
  spoken() {
    const { answer } = this;
    const [best] = answer.positions;
    if (answer.remark) return oneLine(answer.remark);
    if (!best) return `${this.#whyNot()} ${answer.nearest?.length ? "The nearest passages are shown." : ""}`;
    const more = answer.positions.length - 1;
    return [
      summaryOf(answer),
      answer.form === "list" && more ? "The articles name:" : "",
      answer.form === "list"
        ? `${answer.positions.map((position) => oneLine(position.answer)).join("; ")}.`
        : `${oneLine(best.answer)}${inPlainWords(best)}.`,
      `${howSure(answer, best)}${howSure(answer, best) ? ", " : ""}${counted(answer.citations.length, "citation")}.`,
      answer.form === "fact" && more ? `The articles also say otherwise: ${counted(more, "more answer")}.` : "",
    ].join(" ");
  }

  #understood(said) {
    const terms = this.answer.added_terms ?? [];
    const why = terms.map(({ term, reason }) =>
      element("li", {}, element("strong", {}, oneLine(term)), `: ${oneLine(reason)}`),
    );
    if (!why.length) return element("p", { class: "understood" }, said);
    return element("details", { class: "understood" }, element("summary", {}, said), element("ul", {}, why));
  }

  #positions() {
    const { answer } = this;
    const summary = summaryOf(answer);
    if (answer.form === "fact" || answer.form === "yes_no") {
      return [summary ? element("p", { class: `verdict ${answer.verdict}` }, summary) : null, ...this.#rivals()];
    }
    const heading = answer.form === "list" && answer.positions.length > 1 ? "The articles name:" : "";
    return [
      summary ? element("p", { class: "lead" }, summary) : null,
      heading ? element("h3", {}, heading) : null,
      element(
        answer.form === "list" ? "ol" : "ul",
        { class: `items ${answer.form}` },
        answer.positions.map((p) => this.#item(p)),
      ),
    ];
  }

  /** The first position stands large; the others follow under what is said before them. */
  #rivals() {
    const { answer } = this;
    let heading = "";
    return answer.positions.flatMap((position, n) => {
      const said = n ? headingOf(answer, position) : "";
      const isNew = said !== heading;
      heading = said;
      const standing = n ? (position.superseded ? "position superseded" : "position rival") : "position leads";
      return [
        said && isNew ? element("h3", {}, said) : null,
        element(
          "div",
          { class: standing, role: "group", "aria-label": n ? `Other answer: ${oneLine(position.answer)}` : "Answer" },
          this.#position(position),
        ),
      ];
    });
  }

  #position(position) {
    const [first, ...others] = this.#citationsOf(position);
    const isSentence = oneLine(position.answer) === oneLine(first.passage.text);
    return [
      element("p", { class: isSentence ? "lead whole" : "lead" }, this.#said(position)),
      this.#sure(position),
      isSentence ? this.#source(first) : this.#evidence(first),
      others.length
        ? element(
            "details",
            { class: "more" },
            element("summary", {}, counted(others.length, "more citation")),
            others.map((citation) => this.#evidence(citation)),
          )
        : null,
    ];
  }

  #item(position) {
    const [first] = this.#citationsOf(position);
    const isSentence = this.answer.form !== "list";
    return element(
      "li",
      {},
      element("p", { class: "item" }, this.#said(position)),
      isSentence ? null : this.#sure(position),
      isSentence ? this.#source(first) : null,
    );
  }

  /** The words of the position, the date they come to, and the numbers of what they are cited from. */
  #said(position) {
    const value = inPlainWords(position);
    const numbers = this.#citationsOf(position).map((citation) => this.#number(citation));
    return [
      element("span", { class: "words" }, oneLine(position.answer)),
      value ? element("span", { class: "value" }, value) : null,
      element("span", { class: "numbers" }, numbers),
    ];
  }

  #citationsOf(position) {
    return this.answer.citations.filter((citation) => position.citations.includes(citation.n));
  }

  #number(citation, attributes = {}) {
    const from = `${oneLine(citation.source || citation.title || "an article")}, ${dayInWords(citation.published)}`;
    const made = button(String(citation.n), () => this.#open(citation, made), {
      class: "number",
      "aria-label": `Citation ${citation.n}: ${from}`,
      ...attributes,
    });
    this.card.serve(made, citation);
    return made;
  }

  #open(citation, opener) {
    this.card.close();
    this.panel.open(this.places, this.answer.citations.indexOf(citation), { opener });
  }

  #sure(position) {
    const sure = howSure(this.answer, position);
    if (!sure) return null;
    const word = confidenceWord(position.confidence);
    const meter = [1, 2, 3].map((step) => element("i", { class: step <= STEPS[word] ? "on" : "off" }));
    return element(
      "p",
      { class: `sure ${word}` },
      element("span", { class: "meter", "aria-hidden": "true" }, meter),
      sure,
    );
  }

  #evidence(citation) {
    const [before, quote, after] = sentenceParts(citation);
    return element(
      "figure",
      { class: "evidence" },
      element("blockquote", {}, before, element("mark", {}, quote), after),
      element("figcaption", {}, `${citation.n}. ${headline(citation)}`),
    );
  }

  #source(citation) {
    return element("p", { class: "source" }, headline(citation));
  }

  #whyNot() {
    return summaryOf(this.answer) || `No answer. ${reasonInWords(this.answer)}`;
  }

  #abstention() {
    const { answer } = this;
    const summary = summaryOf(answer);
    const nearest = answer.nearest ?? [];
    const places = nearest.map(placeOf);
    return [
      element("p", { class: "verdict none" }, summary || "No answer."),
      summary ? null : element("p", { class: "reason" }, reasonInWords(answer)),
      nearest.length ? element("h3", {}, "Nearest passages:") : null,
      nearest.length
        ? element(
            "ul",
            { class: "nearest" },
            nearest.map((passage, n) => element("li", {}, this.#passage(passage, places, n))),
          )
        : null,
    ];
  }

  #passage(passage, places, n) {
    const text = oneLine(passage.text);
    const cut = text.slice(0, MOST_OF_EXCERPT);
    const id = uniqueId("passage");
    const open = button(headline(passage), () => this.panel.open(places, n, { opener: open }), {
      class: "open-passage",
      "aria-describedby": id,
    });
    return [open, element("p", { id }, cut === text ? text : `${cut.replace(/\s\S*$/, "")} …`)];
  }

  #actions() {
    const done = element("span", { class: "dim" });
    const copyIt = async () => {
      const copied = await copy(toMarkdown(this.answer));
      done.textContent = copied ? "Copied." : "The browser doesn't allow copying here.";
      this.announce(done.textContent);
      setTimeout(() => (done.textContent = ""), 3000);
    };
    const took = this.answer.timings_ms?.total;
    return element(
      "p",
      { class: "actions" },
      button("Copy answer", copyIt),
      done,
      took >= 0
        ? element("span", { class: "took" }, took < 1000 ? `${Math.round(took)} ms` : `${(took / 1000).toFixed(1)} s`)
        : null,
    );
  }
}
