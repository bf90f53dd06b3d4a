// A conversation -> Markdown (as `qa chat` saves it, see qa/rendering/markdown.py) and JSON; text to the clipboard.

import {
  headingOf,
  headline,
  howSure,
  inPlainWords,
  notesOn,
  oneLine,
  printable,
  reasonInWords,
  summaryOf,
  understoodAs,
} from "./words.js";

/** Return a question and its answer as Markdown, with numbered citations; no markup of an article survives. */
export function toMarkdown(answer) {
  const lines = [`**${plain(answer.question)}**`];
  const understood = understoodAs(answer);
  const summary = summaryOf(answer);
  if (answer.remark) return `${lines[0]}\n\n${plain(answer.remark)}\n`;
  if (understood) lines.push(`*${plain(understood)}*`);
  if (summary) lines.push(plain(summary));
  else if (answer.reason) lines.push(`No answer. ${reasonInWords(answer)}`);
  if (answer.form === "list" && answer.positions.length > 1) lines.push("The articles name:");
  lines.push(...positions(answer), ...notesOn(answer).map(plain));
  return `${lines.join("\n\n")}\n`;
}

function positions(answer) {
  const lines = [];
  let heading = "";
  for (const position of answer.positions) {
    const above = headingOf(answer, position);
    if (lines.length && heading !== above) lines.push((heading = above));
    const sure = howSure(answer, position);
    const said = plain(oneLine(position.answer) + inPlainWords(position));
    lines.push(`${said}${sure ? ` (${sure})` : ""}`);
    const cited = answer.citations.filter((citation) => position.citations.includes(citation.n));
    lines.push(cited.map((citation) => `${citation.n}. ${markdownCitation(citation)}`).join("\n"));
  }
  return lines;
}

function markdownCitation(citation) {
  const heading = plain(headline(citation));
  const linked = citation.url ? `[${heading}](<${citation.url}>)` : heading;
  const path = citation.path ? ` (${plain(citation.path)}${citation.line ? `:${citation.line}` : ""})` : "";
  return `> ${plain(oneLine(citation.passage.text))}  \n   ${linked}${path}`;
}

function plain(text) {
  return printable(text)
    .replace(/[\\`*_[\]~|#]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;");
}

/** Return a conversation as a file: its name, type and text. `format` is "md" or "json". */
export function exported(turns, format) {
  const day = new Date().toISOString().slice(0, 10);
  const answers = turns.map((turn) => turn.answer);
  if (format === "json") {
    return { name: `conversation-${day}.json`, type: "application/json", text: JSON.stringify(answers, null, 2) };
  }
  return { name: `conversation-${day}.md`, type: "text/markdown", text: answers.map(toMarkdown).join("\n---\n\n") };
}

/** Give a file to the browser to save. */
export function save({ name, type, text }) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** Copy text, and say whether it was. Browsers have a clipboard only on https and on this machine. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

function copiedBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  document.body.append(field);
  const before = document.activeElement;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus?.();
  return done;
}
