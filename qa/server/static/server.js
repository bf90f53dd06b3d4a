// Everything that is asked of the server.

import { cut } from "./spans.js";

const PATIENCE_MS = 120_000;
const MOST_HISTORY = 8; // as many turns as the server looks at
const MOST_OF_ANSWER = 2000; // and as many characters of an answer
const MOST_OF_EVIDENCE = 1000; // as a conversation of the library keeps of it (qa/session.py)
const EVENTS = "text/event-stream";
const NO_ANSWER = "The server sent something that is no answer.";
const RETRY_AFTER_S = 5; // where a busy server doesn't say, or the browser doesn't show it from another origin

/** What went wrong with a request, in words to be shown; `kind` is one of the below. */
export class ServerError extends Error {
  constructor(message, { kind, retryAfterS = null }) {
    super(message);
    this.kind = kind; // "unreachable", "busy", "locked" (a token lacks), "refused", "failed", "stopped"
    this.retryAfterS = retryAfterS;
  }
}

export class Server {
  /** @param {URL} address ends with "/"; the page's own, or where the widget's script came from. */
  constructor(address, { token = null } = {}) {
    this.address = address;
    this.token = token;
  }

  /** Return the answer to a question that follows `turns`, as docs/answer.schema.json has it.
   *
   * @param {(underway: object) => void} onWay is told how the question was understood, and then what is read for it.
   */
  async ask(question, { asOf, turns, signal, onWay = () => {} }) {
    const questions = turns.filter(({ answer }) => !answer.remark);
    const history = questions.slice(-MOST_HISTORY).map(({ answer }) => ({
      question: answer.question,
      answer: answer.answer && cut(answer.answer, 0, MOST_OF_ANSWER)[1],
      evidence: evidenceOf(answer),
    }));
    const body = JSON.stringify({ question, history, ...(asOf ? { as_of: asOf } : {}) });
    const answer = await this.#fetched("ask", { method: "POST", body, signal }, (response) => lastOf(response, onWay));
    if (!isAnswer(answer)) throw new ServerError(NO_ANSWER, { kind: "failed" });
    return answer;
  }

  /** Return how many articles there are, of which days, and questions that they answer. */
  examples() {
    return this.#fetched("examples");
  }

  /** Return an article with its text. */
  article(id) {
    return this.#fetched(`articles/${encodeURIComponent(id)}`);
  }

  /** Return the address of an article's own page, opened at a span; null where a link can't carry the token. */
  pageOf(id, start, end) {
    if (this.token) return null;
    return new URL(`articles/${encodeURIComponent(id)}?start=${start}&end=${end}#quote`, this.address).href;
  }

  async #fetched(path, { method = "GET", body = null, signal = null } = {}, read = (response) => response.json()) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    const stop = () => patience.abort();
    signal?.addEventListener("abort", stop);
    try {
      const response = await fetch(new URL(path, this.address), {
        method,
        body,
        headers: {
          Accept: body ? `${EVENTS}, application/json` : "application/json",
          ...(body ? { "Content-Type": "application/json" } : {}),
          ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: patience.signal,
      });
      if (!response.ok) throw await errorOf(response);
      return await read(response);
    } catch (error) {
      throw error instanceof ServerError ? error : brokenOff(error, { stopped: signal?.aborted });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

function brokenOff(error, { stopped }) {
  if (stopped) return new ServerError("Stopped.", { kind: "stopped" });
  if (error.name === "AbortError") {
    return new ServerError(`The server took longer than ${PATIENCE_MS / 1000} seconds.`, { kind: "unreachable" });
  }
  if (error instanceof SyntaxError) return new ServerError(NO_ANSWER, { kind: "failed" });
  return new ServerError("The server can't be reached.", { kind: "unreachable" });
}

/** Return the last event's data of a stream, and hand on what comes before it; of a plain response the JSON. */
async function lastOf(response, onWay) {
  if (!response.headers.get("Content-Type")?.startsWith(EVENTS)) return response.json();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let pending = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) throw new ServerError("The connection broke off before the answer was there.", { kind: "unreachable" });
    const events = (pending + value).split("\n\n");
    pending = events.pop();
    for (const event of events) {
      const [, name, data] = event.match(/^event: (\w+)\ndata: (.*)$/) ?? [];
      if (name === "underway") onWay(JSON.parse(data));
      else if (name === "answer") return JSON.parse(data);
      else throw new ServerError(messageOf(name && JSON.parse(data)) ?? NO_ANSWER, { kind: "failed" });
    }
  }
}

/** Return the sentence that an answer was read from and its title: what a follow-up may well be about. */
function evidenceOf(answer) {
  const cited = answer.citations[0];
  return cited ? cut(`${cited.passage.text} ${cited.title ?? ""}`.trim(), 0, MOST_OF_EVIDENCE)[1] : null;
}

function messageOf(said) {
  return typeof said?.error?.message === "string" ? said.error.message : null;
}

async function errorOf(response) {
  const said = await response.json().catch(() => null);
  const message = messageOf(said) ?? `The server answered with status ${response.status}.`;
  if (response.status === 429 || response.status === 503) {
    const retryAfterS = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
    return new ServerError(message, { kind: "busy", retryAfterS: retryAfterS >= 0 ? retryAfterS : RETRY_AFTER_S });
  }
  if (response.status === 401) return new ServerError(message, { kind: "locked" });
  return new ServerError(message, { kind: response.status < 500 ? "refused" : "failed" });
}

/** Say whether something has the parts of an answer that are always there. */
export function isAnswer(something) {
  return (
    typeof something?.question === "string" &&
    typeof something.standalone_question === "string" &&
    Array.isArray(something.positions) &&
    Array.isArray(something.citations)
  );
}
