// The chat itself: the same on the page and in the widget.

import { AnswerView } from "./answer.js";
import { ArticlePanel } from "./article.js";
import { Card } from "./card.js";
import { button, element, put, uniqueId } from "./elements.js";
import { exported, save } from "./exporting.js";
import { dayInWords, daysInWords, counted, oneLine, readingInWords, understoodAs } from "./words.js";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const BESIDE_PX = 900; // width from which an article has room beside the conversation
const SLOW_MS = 4000;
const MOST_RETRIES = 2;
const LONGEST_WAIT_S = 30;
const NOT_KEPT = "This browser has no room to keep the conversation: a reload will lose it.";
const REVEAL_MS = 80; // between the parts of an answer, which is there at once

export class Chat {
  #turns = [];
  #asked = []; // what was typed, for arrow-up
  #recalled = null;
  #draft = ""; // what stood there when arrow-up was pressed first
  #running = null;

  /** Fill an element with a chat.
   *
   * @param {HTMLElement} root
   * @param {{server: Server, memory: Memory, title: string, themed: HTMLElement, close?: () => void}} parts
   *   `themed` carries the choice of theme; with `close` it is a widget that can be closed.
   */
  constructor(root, { server, memory, title, themed, close = null }) {
    Object.assign(this, { root, server, memory, title, themed, closeWidget: close });
    root.classList.add("dateline");
    this.status = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
    this.head = this.#head();
    this.log = element("div", { class: "log", tabindex: "0", role: "region", "aria-label": "Conversation" });
    this.form = this.#form();
    this.talk = element(
      close ? "section" : "main",
      { class: "talk", "aria-label": "Questions and answers" },
      this.log,
      this.form,
    );
    put(root, this.head, this.talk, this.status);
    const behind = [this.head, this.talk];
    this.panel = new ArticlePanel({ root, behind, server, coversAll: () => root.clientWidth < BESIDE_PX });
    this.card = new Card(this.talk);
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape(event));
    this.log.addEventListener("scroll", () => this.card.close(), { passive: true });
    new ResizeObserver(() => this.#fit()).observe(root);
    this.server.token ??= memory.token;
    this.day.value = memory.day ?? "";
    this.#showDay();
    this.#begin();
  }

  /** Put the focus where one types; on a phone only near it, where no keyboard comes up unasked. */
  focus() {
    const target = matchMedia("(hover: none)").matches ? this.log : this.field;
    target.focus({ preventScroll: true });
  }

  // ---- the frame

  #head() {
    const level = this.closeWidget ? "h2" : "h1";
    this.collection = element("p", { class: "collection" });
    this.themeButton = button("", () => this.#switchTheme(), { class: "theme" });
    this.menu = element(
      "div",
      { class: "menu", role: "group", "aria-label": "Format", id: uniqueId("menu"), hidden: true },
      button("Markdown", () => this.#export("md")),
      button("JSON", () => this.#export("json")),
    );
    this.menuButton = button("Export", () => this.#toggleMenu(), {
      "aria-expanded": "false",
      "aria-controls": this.menu.id,
    });
    this.newButton = button("New", () => this.#startAnew(), { "aria-label": "New conversation" });
    const close = this.closeWidget && button("×", () => this.closeWidget(), { class: "close", "aria-label": "Close" });
    const menu = element("div", { class: "menu-place" }, this.menuButton, this.menu);
    menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || this.#toggleMenu(false));
    return element(
      "header",
      { class: "masthead" },
      element("div", { class: "nameplate" }, element(level, {}, this.title), this.collection),
      element(
        "div",
        { class: "tools", role: "group", "aria-label": "Conversation" },
        this.newButton,
        menu,
        this.themeButton,
        close,
      ),
    );
  }

  #form() {
    const field = uniqueId("question");
    const day = uniqueId("as-of");
    this.field = element("textarea", {
      id: field,
      rows: "1",
      maxlength: "2000",
      placeholder: "Ask the articles …",
      autocomplete: "off",
      enterkeyhint: "send",
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#grow(),
    });
    this.day = element("input", { id: day, type: "date", oninput: () => this.#showDay() });
    this.dayCleared = button("Clear", () => this.#clearDay(), { "aria-label": "Clear the date", hidden: true });
    this.ask = element("button", { type: "submit", class: "ask" }, "Ask");
    return element(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      element(
        "div",
        { class: "line" },
        element("label", { class: "unseen", for: field }, "Your question"),
        this.field,
        this.ask,
      ),
      element(
        "div",
        { class: "limits" },
        element("label", { for: day }, "As of"),
        this.day,
        this.dayCleared,
        element("span", { class: "keys" }, "Enter asks, Shift+Enter breaks the line, ↑ brings back"),
      ),
    );
  }

  #fit() {
    this.root.classList.toggle("wide", this.root.clientWidth >= BESIDE_PX);
    this.card.close();
    this.panel.fit();
  }

  #escape(event) {
    if (this.card.isOpen) this.card.close();
    else if (!this.menu.hidden) {
      this.#toggleMenu(false);
      this.menuButton.focus();
    } else if (this.panel.isOpen) this.panel.close();
    else if (this.closeWidget) this.closeWidget();
    else return;
    event.stopPropagation();
    event.preventDefault();
  }

  #announce(text) {
    this.status.textContent = text;
  }

  // ---- the conversation

  #begin() {
    this.shownTheme = this.#setTheme(this.memory.theme ?? this.themed.dataset.theme ?? null);
    DARK.addEventListener("change", () => (this.shownTheme = this.#setTheme(this.themed.dataset.theme ?? null)));
    this.welcome = element("section", { class: "welcome" });
    put(this.log, this.welcome);
    this.#fillWelcome([]);
    this.#meet();
    for (const turn of this.memory.load()) this.#restore(turn);
    this.#count();
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** Learn what the collection is and which questions it answers; without it the chat works as well. */
  async #meet() {
    try {
      const { n_articles: n, first_published: first, last_published: last, questions } = await this.server.examples();
      this.collection.textContent = n
        ? `${counted(n, "article")}${first ? `, ${daysInWords(first, last)}` : ""}`
        : "No articles yet";
      this.#fillWelcome(Array.isArray(questions) ? questions : []);
    } catch (error) {
      this.collection.textContent = "";
      if (error.kind !== "locked") return;
      this.#fillWelcome([]);
      put(this.welcome, this.#tokenForm(() => this.#meet()));
    }
  }

  #fillWelcome(examples) {
    const level = this.closeWidget ? "h3" : "h2";
    const asking = (example) =>
      element(
        "li",
        {},
        button(oneLine(example), () => this.#question(example)),
      );
    this.welcome.replaceChildren(
      element(level, {}, "Ask the articles"),
      element(
        "p",
        {},
        "Every answer is quoted word for word, with the sentence that proves it. ",
        "What the articles don’t say stays unanswered.",
      ),
    );
    if (examples.length) {
      const id = uniqueId("examples");
      put(
        this.welcome,
        element("p", { class: "kicker", id }, "Answered in these articles"),
        element("ul", { class: "examples", "aria-labelledby": id }, examples.slice(0, 6).map(asking)),
      );
    }
  }

  #restore(turn) {
    try {
      const { body } = this.#turn(turn.answer.question);
      put(body, this.#view(turn.answer).parts());
    } catch {
      this.log.lastElementChild.remove(); // kept by another version: it can't be shown, so it isn't part of it
      this.welcome.hidden = this.#turns.length > 0;
      return;
    }
    this.#turns.push(turn);
    this.#asked.push(turn.answer.question);
  }

  #view(answer) {
    return new AnswerView(answer, { card: this.card, panel: this.panel, announce: (text) => this.#announce(text) });
  }

  #turn(question) {
    const id = uniqueId("turn");
    const body = element("div", { class: "answer" });
    const level = this.closeWidget ? "h3" : "h2";
    const made = element(
      "article",
      { class: "turn", "aria-labelledby": id },
      element(level, { id, class: "question" }, oneLine(question)),
      body,
    );
    put(this.log, made);
    this.welcome.hidden = true;
    return { made, body };
  }

  #submit(event) {
    event.preventDefault();
    const question = this.field.value.trim();
    if (this.#running || !question) return;
    this.field.value = "";
    this.#grow();
    this.#question(question);
  }

  #question(question) {
    if (this.#running) return;
    this.card.close();
    if (this.#asked.at(-1) !== question) this.#asked.push(question);
    this.#recalled = null;
    const turn = this.#turn(question);
    turn.made.classList.add("new");
    this.#count();
    this.focus();
    this.#ask(question, turn, { asOf: this.day.value || null, nRetries: 0 });
    this.log.scrollTop = turn.made.offsetTop - 4;
  }

  async #ask(question, turn, { asOf, nRetries }) {
    const stop = new AbortController();
    this.#running = stop;
    this.ask.disabled = true;
    const waiting = this.#waiting(question, turn.body, stop);
    let answer = null;
    let error = null;
    try {
      answer = await this.server.ask(question, {
        asOf,
        turns: this.#turns,
        signal: stop.signal,
        onWay: (underway) => waiting.tell(underway),
      });
    } catch (caught) {
      error = caught;
    }
    waiting.end();
    const busy = error?.kind === "busy" && nRetries < MOST_RETRIES && error.retryAfterS <= LONGEST_WAIT_S;
    if (busy && (await this.#waited(error.retryAfterS, turn.body, stop))) {
      return this.#ask(question, turn, { asOf, nRetries: nRetries + 1 });
    }
    if (this.#running === stop) {
      this.#running = null;
      this.ask.disabled = false;
    }
    if (!turn.made.isConnected) return; // a new conversation was started meanwhile
    if (answer) this.#show(answer, turn);
    else this.#showProblem(error, question, turn, asOf);
  }

  #waiting(question, body, stop) {
    const said = element("span", {}, "Searching the articles …");
    const understood = element("p", { class: "understood", hidden: true });
    const lines = element(
      "div",
      { class: "skeleton", "aria-hidden": "true" },
      element("i"),
      element("i"),
      element("i"),
    );
    body.replaceChildren(
      understood,
      element(
        "p",
        { class: "waiting" },
        said,
        button("Stop", () => stop.abort()),
      ),
      lines,
    );
    this.#announce(said.textContent);
    const began = Date.now();
    const timer = setInterval(() => {
      const passed = Date.now() - began;
      if (passed >= SLOW_MS) said.textContent = `Still reading, for ${Math.round(passed / 1000)} seconds …`;
    }, 1000);
    const tell = (underway) => {
      understood.textContent = understoodAs({ question, ...underway });
      understood.hidden = !understood.textContent;
      if (underway.n_passages) said.textContent = readingInWords(underway);
    };
    return { tell, end: () => clearInterval(timer) };
  }

  /** Wait until a busy server may be asked again; false if that was stopped. */
  #waited(seconds, body, stop) {
    const said = element("span");
    const until = Date.now() + seconds * 1000;
    const count = () => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      said.textContent = `Many are asking just now. Asking again in ${counted(left, "second")} …`;
    };
    count();
    this.#announce(said.textContent);
    body.replaceChildren(
      element(
        "p",
        { class: "waiting" },
        said,
        button("Stop", () => stop.abort()),
      ),
    );
    return new Promise((resolve) => {
      const timer = setInterval(count, 500);
      const done = setTimeout(() => finish(true), seconds * 1000);
      const finish = (goOn) => {
        clearInterval(timer);
        clearTimeout(done);
        resolve(goOn);
      };
      stop.signal.addEventListener("abort", () => finish(false));
    });
  }

  #show(answer, { made, body }) {
    const view = this.#view(answer);
    let parts;
    try {
      parts = view.parts();
    } catch {
      body.replaceChildren(this.#problem("The server sent an answer that can't be shown."));
      return;
    }
    parts.forEach((part, n) => part.style.setProperty("--after", `${n * REVEAL_MS}ms`));
    body.replaceChildren(...parts);
    this.#turns.push({ answer });
    const isKept = this.memory.add({ answer });
    this.#count();
    this.#announce(view.spoken() + (isKept ? "" : ` ${NOT_KEPT}`));
    if (!isKept) put(body, element("p", { class: "note" }, NOT_KEPT));
    this.log.scrollTop = made.offsetTop - 4;
  }

  // ---- what goes wrong

  #showProblem(error, question, turn, asOf) {
    const again = () => {
      if (this.#running) return;
      if (this.field.value === question) this.field.value = "";
      this.focus();
      if (!this.collection.textContent) this.#meet();
      this.#ask(question, turn, { asOf, nRetries: 0 });
    };
    const advice = {
      unreachable: "Is it running, and are you online?",
      busy: "It has many questions to answer just now.",
      stopped: "",
      locked: "",
    }[error.kind];
    const messages = { stopped: "Stopped.", locked: "A token is needed." };
    const said = this.#problem(messages[error.kind] ?? error.message, advice);
    turn.body.replaceChildren(
      said,
      error.kind === "locked" ? this.#tokenForm(again) : button("Ask again", again, { class: "again" }),
    );
    if (error.kind !== "stopped") this.field.value ||= question;
    this.#grow();
    this.#announce(said.textContent);
  }

  #problem(message, advice = "") {
    return element("p", { class: "problem" }, element("strong", {}, oneLine(message)), advice ? ` ${advice}` : "");
  }

  #tokenForm(again) {
    const id = uniqueId("token");
    const token = element("input", {
      id,
      type: "password",
      autocomplete: "off",
      required: true,
      oninput: () => token.setCustomValidity(""),
    });
    const use = (event) => {
      event.preventDefault();
      // A header holds nothing else; the browser would not even send it.
      token.setCustomValidity(/^[!-~]+$/.test(token.value.trim()) ? "" : "A token has letters, digits and signs only.");
      if (!token.reportValidity()) return;
      this.server.token = this.memory.token = token.value.trim();
      again();
    };
    return element(
      "form",
      { class: "token", onsubmit: use },
      element("p", {}, this.server.token ? "This isn't the server's token." : "The server answers those who know its token."),
      element("label", { for: id }, "Token"),
      token,
      element("button", { type: "submit" }, "Use it"),
    );
  }

  // ---- the composer

  #key(event) {
    if (event.isComposing) return;
    const { selectionStart, selectionEnd, value } = this.field;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && selectionStart === 0 && selectionEnd === 0) {
      this.#recall(-1, event);
    } else if (event.key === "ArrowDown" && this.#recalled !== null && selectionStart === value.length) {
      this.#recall(1, event);
    }
  }

  #recall(by, event) {
    const n = (this.#recalled ?? this.#asked.length) + by;
    if (n < 0 || n > this.#asked.length) return;
    event.preventDefault();
    if (this.#recalled === null) this.#draft = this.field.value;
    this.#recalled = n === this.#asked.length ? null : n;
    this.field.value = this.#asked[n] ?? this.#draft;
    this.field.setSelectionRange(by < 0 ? 0 : this.field.value.length, by < 0 ? 0 : this.field.value.length);
    this.#grow();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  #showDay() {
    this.memory.day = this.day.value;
    this.dayCleared.hidden = !this.day.value;
    this.form.classList.toggle("dated", Boolean(this.day.value));
    if (this.day.value) this.#announce(`Only articles published up to ${dayInWords(this.day.value)} will be read.`);
  }

  #clearDay() {
    this.day.value = "";
    this.#showDay();
    this.day.focus();
  }

  // ---- the tools

  #count() {
    this.menuButton.disabled = !this.#turns.length;
    this.newButton.disabled = !this.log.querySelector(".turn");
  }

  #startAnew() {
    this.#running?.abort();
    this.#running = null;
    this.ask.disabled = false;
    this.panel.close();
    const before = this.#turns;
    this.#turns = [];
    this.memory.replace([]);
    this.log.replaceChildren(this.welcome);
    this.welcome.hidden = false;
    this.#offerBack(before);
    this.#count();
    this.#announce("A new conversation.");
    this.focus();
  }

  /** Let "New" be taken back, until the next question. */
  #offerBack(turns) {
    this.welcome.querySelector(".back")?.remove();
    if (!turns.length) return;
    const bringBack = () => {
      back.remove();
      this.memory.replace(turns);
      for (const turn of turns) this.#restore(turn);
      this.#count();
      this.log.scrollTop = this.log.scrollHeight;
      this.focus();
    };
    const back = button("Bring the last conversation back", bringBack, { class: "back" });
    put(this.welcome, back);
  }

  #toggleMenu(open = this.menu.hidden) {
    this.menu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
    if (open) this.menu.querySelector("button").focus();
  }

  #export(format) {
    save(exported(this.#turns, format));
    this.#toggleMenu(false);
    this.menuButton.focus();
  }

  #setTheme(theme) {
    if (theme) this.themed.dataset.theme = theme;
    else delete this.themed.dataset.theme;
    const dark = theme ? theme === "dark" : DARK.matches;
    this.themeButton.replaceChildren(dark ? "Light" : "Dark", element("span", { class: "unseen" }, " theme"));
    return dark ? "dark" : "light";
  }

  #switchTheme() {
    this.memory.theme = this.shownTheme === "dark" ? "light" : "dark";
    this.shownTheme = this.#setTheme(this.memory.theme);
  }
}
