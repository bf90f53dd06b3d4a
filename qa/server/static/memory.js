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
    const kept = parsed(read(() => localStorage, this.key));
    const turns = kept?.version === VERSION && Array.isArray(kept.turns) ? kept.turns : [];
    return turns.filter((turn) => isAnswer(turn?.answer));
  }

  /** Keep one turn more, behind what another tab may have kept meanwhile; false where the browser keeps nothing.
   *
   * The newest turns are kept: at most 50, and as many as there is room for.
   */
  add(turn) {
    let kept = [...this.load(), turn].slice(-MOST_TURNS);
    for (; kept.length; kept = kept.slice(Math.ceil(kept.length / 4))) {
      const text = JSON.stringify({ version: VERSION, turns: kept });
      if (text.length <= MOST_CHARACTERS && write(() => localStorage, this.key, text)) return true;
      if (kept.length === 1) break;
    }
    return false;
  }

  /** Keep these turns and no others; what they were before is forgotten. */
  replace(turns) {
    write(() => localStorage, this.key, null);
    for (const turn of turns) this.add(turn);
  }

  /** The token that was given, until the tab is closed. */
  get token() {
    return read(() => sessionStorage, `${this.key}:token`);
  }

  set token(token) {
    write(() => sessionStorage, `${this.key}:token`, token);
  }

  /** The day as of which is asked, until the tab is closed. */
  get day() {
    return read(() => sessionStorage, `${this.key}:day`);
  }

  set day(day) {
    write(() => sessionStorage, `${this.key}:day`, day || null);
  }

  /** Return "light" or "dark" if one was chosen. */
  get theme() {
    const theme = read(() => localStorage, "dateline-theme");
    return theme === "light" || theme === "dark" ? theme : null;
  }

  set theme(theme) {
    write(() => localStorage, "dateline-theme", theme);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// A browser may refuse storage, even to be named, or have no room: then nothing is kept, and the conversation goes on.
function read(of, key) {
  try {
    return of().getItem(key);
  } catch {
    return null;
  }
}

/** Say whether it was written. */
function write(of, key, text) {
  try {
    if (text === null) of().removeItem(key);
    else of().setItem(key, text);
    return true;
  } catch {
    return false;
  }
}
