// The conversation and the choice of theme, kept in this browser over reloads.

import { isAnswer } from "./server.js";

const MOST_TURNS = 50;
const MOST_CHARACTERS = 1_000_000; // browsers give an origin about five million; others may need some
const VERSION = 1;

export class Memory {
  /** @param {string} name tells one server's conversations from another's. */
  constructor(name) {
    this.key = `dateline:${name}`;
  }

  /** Return the turns of the conversation that was kept; none where nothing of use was. */
  load() {
    const kept = parsed(read(this.key));
    const turns = kept?.version === VERSION && Array.isArray(kept.turns) ? kept.turns : [];
    return turns.filter((turn) => isAnswer(turn?.answer));
  }

  /** Keep the newest turns: at most 50, and as many as there is room for. */
  save(turns) {
    let kept = turns.slice(-MOST_TURNS);
    let text = JSON.stringify({ version: VERSION, turns: kept });
    while (kept.length > 1 && text.length > MOST_CHARACTERS) {
      kept = kept.slice(1);
      text = JSON.stringify({ version: VERSION, turns: kept });
    }
    write(this.key, kept.length ? text : null);
  }

  /** Return "light" or "dark" if one was chosen. */
  get theme() {
    const theme = read("dateline-theme");
    return theme === "light" || theme === "dark" ? theme : null;
  }

  set theme(theme) {
    write("dateline-theme", theme);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// A browser may refuse storage, or have no room: then nothing is kept, and the conversation goes on.
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // as above
  }
}
