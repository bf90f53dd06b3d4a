// What is said about an answer, word for word as on the command line (qa/rendering/words.py, qa/dates/showing.py).
// tests/test_page_words.py compares the two.

import { cut } from "./spans.js";

const REASONS = {
  no_passages: "No article in reach of this question has any passage to read.",
  no_evidence: "The passages nearest to the question hold nothing that could answer it.",
  low_confidence: "The articles don't say so clearly enough to be quoted.",
};
const VERDICTS = { yes: "Yes.", no: "No.", unsettled: "The articles don't settle it." };
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const PARTS_OF_YEAR = {
  21: "spring ",
  22: "summer ",
  23: "autumn ",
  24: "winter ",
  33: "first quarter of ",
  34: "second quarter of ",
  35: "third quarter of ",
  36: "fourth quarter of ",
  40: "first half of ",
  41: "second half of ",
};
const N_SOURCES_NAMED = 5;
const MOST_AROUND_QUOTE = 600;
// Control characters and bidirectional overrides: an article must not reorder or hide what stands around it.
const UNPRINTABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]/g;
// White space as Python's str.split() takes it; JavaScript's \s lacks the first five and has U+FEFF.
const SPACES = /[\x1c-\x1f\x85\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** Return text with line ends as on Unix, and what would reorder or hide it replaced by a mark. */
export function printable(text) {
  return String(text).replace(/\r\n?/g, "\n").replace(UNPRINTABLE, "\ufffd");
}

/** Return text with each run of white space as one space, and none at the ends. */
export function oneLine(text) {
  return spaced(text).replace(/^ | $/g, "");
}

function spaced(text) {
  return text.replace(SPACES, " ");
}

/** Return "5 February 2021", or "undated". */
export function dayInWords(day) {
  return day ? dateShown(day) : "undated";
}

/** Return two days in words, what both share said once: "20 to 26 January 2021". */
export function daysInWords(first, last) {
  return first && last && first !== last ? shown(`${first}/${last}`) : dayInWords(first);
}

/** Return "source · title · date" of what is cited, as far as they are known. */
export function headline(cited) {
  return [cited.source, cited.title || cited.path || cited.article_id, dayInWords(cited.published)]
    .filter(Boolean)
    .map((part) => printable(oneLine(part)))
    .join(" · ");
}

/** Return "high", "fair" or "low". */
export function confidenceWord(confidence) {
  return confidence >= 0.7 ? "high" : confidence >= 0.4 ? "fair" : "low";
}

/** Return the confidence as a person says it, with its figure. */
export function confidenceInWords(confidence) {
  return `${confidenceWord(confidence)} confidence, ${Math.round(confidence * 100)}%`;
}

/** Return why an answer is withheld; empty where it isn't. */
export function reasonInWords(answer) {
  if (answer.form === "events" && answer.reason === "no_evidence") return "No article tells of anything then.";
  return REASONS[answer.reason] ?? "";
}

/** Say what a follow-up was taken for; empty where it stands as it was asked. */
export function understoodAs(answer) {
  const standalone = answer.standalone_question;
  return standalone === answer.question ? "" : `Understood as: ${oneLine(standalone)}`;
}

/** Return what is said before any quote: "Yes.", or how many articles there are; empty for most answers. */
export function summaryOf(answer) {
  return answer.overview ? overviewInWords(answer.overview) : (VERDICTS[answer.verdict] ?? "");
}

/** Return "3 articles mention New START, 20 January 2021 to 24 January 2021: Rappler (2), TASS.". */
function overviewInWords(overview) {
  const topic = oneLine(overview.topic);
  const n = overview.n_articles;
  if (!n) return `No article mentions ${topic}.`;
  const days = [overview.first_published, overview.last_published].filter(Boolean).map(dayInWords);
  const dates = days.length ? `, ${[...new Set(days)].join(" to ")}` : "";
  const verb = n === 1 ? "article mentions" : "articles mention";
  return `${overview.at_least ? "At least " : ""}${n} ${verb} ${topic}${dates}${sourcesInWords(overview.sources)}.`;
}

/** Return "Reading 12 passages of 5 articles: Rappler, TASS and 3 more …"; no source is named twice. */
export function readingInWords({ n_passages: n, articles }) {
  const names = [...new Set(articles.map(({ source }) => source).filter(Boolean))].map((name) => printable(oneLine(name)));
  const named = names.slice(0, N_SOURCES_NAMED).join(", ");
  const more = names.length - N_SOURCES_NAMED;
  const sources = named ? `: ${named}${more > 0 ? ` and ${more} more` : ""}` : "";
  return `Reading ${counted(n, "passage")} of ${counted(articles.length, "article")}${sources} …`;
}

function sourcesInWords(sources) {
  if (!Object.keys(sources).some(Boolean)) return "";
  const named = Object.entries(sources).map(([name, n]) => `${name || "unknown source"}${n > 1 ? ` (${n})` : ""}`);
  const more = named.length - N_SOURCES_NAMED;
  return `: ${named.slice(0, N_SOURCES_NAMED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Return the confidence, the sources, since when it holds; nothing of an overview: there nothing is inferred. */
export function howSure(answer, position) {
  if (answer.overview) return "";
  const isNews = position === answer.positions[0] && answer.positions.some((other) => other.superseded);
  const sources = position.n_sources > 1 ? `, ${position.n_sources} independent sources` : "";
  const since = isNews ? `, since ${dayInWords(position.first_published)}` : "";
  return `${confidenceInWords(position.confidence)}${sources}${since}`;
}

/** Return what is said before a position that isn't the first; empty where the positions only stand in a row. */
export function headingOf(answer, position) {
  if (answer.form === "yes_no") return "Against it speaks:";
  if (answer.form !== "fact") return "";
  if (position.superseded) return `Until ${dayInWords(position.last_published)} the articles said:`;
  return "The articles also say:";
}

/** Return what is said below an answer: which articles were read, and what words of time were taken for. */
export function notesOn(answer) {
  return [scopeNote(answer), (answer.constraints ?? []).map((constraint) => meaning(constraint, answer.form)).join(" ")].filter(Boolean);
}

function scopeNote(answer) {
  if (!answer.as_of) return "";
  const n = answer.n_undated_left_out;
  const undated = n ? `; ${n} of unknown date left out` : "";
  return `Read only articles published up to ${dayInWords(answer.as_of)}${ifToCome(answer.as_of)}${undated}.`;
}

function ifToCome(day) {
  const now = new Date();
  const [month, date] = [now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0"));
  return day > `${now.getFullYear()}-${month}-${date}` ? " (a day to come: all that are dated)" : "";
}

function meaning({ words, demand, first, last, applied }, form) {
  const quoted = `“${printable(oneLine(words))}”`;
  if (demand === "latest" || demand === "earliest") {
    return `${quoted}: the ${demand === "latest" ? "newest" : "earliest"} answer goes first.`;
  }
  if (!applied) return `${quoted} could not be applied: the articles don't say clearly when that was.`;
  let period = daysInWords(first, last);
  if (first !== last && !(first && last)) {
    period = first ? `${dayInWords(first)} or later` : `${dayInWords(last)} or before`;
  }
  if (form === "events") return `${quoted}: ${period}.`;
  return `${quoted}: what is of ${period} goes first${demand === "as_of" ? ", the newest before the rest" : ""}.`;
}

/** Return the sentence as what stands before the quote, the quote, and what stands after it. */
export function sentenceParts(citation) {
  const { passage, start, end } = citation;
  const [before, quote, after] = cut(passage.text, start - passage.start, end - passage.start).map(spaced);
  return [lastOf(before, MOST_AROUND_QUOTE), quote, firstOf(after, MOST_AROUND_QUOTE)].map(printable);
}

function firstOf(text, most) {
  const points = text.length > most ? [...text] : [];
  return points.length > most ? `${points.slice(0, most).join("")}…` : text;
}

function lastOf(text, most) {
  const points = text.length > most ? [...text] : [];
  return points.length > most ? `…${points.slice(-most).join("")}` : text;
}

/** Return the date that a text comes to, in brackets: "Feb. 5 (5 February 2021)"; empty where the text says it. */
export function inPlainWords(position) {
  const value = position.normalized;
  if (!value || !/^\d{3}[\dX](?:-\d\d)?(?:-\d\d)?~?(?:\/\d{3}[\dX](?:-\d\d)?(?:-\d\d)?~?)?$|^\d\dXX/.test(value))
    return "";
  const inWords = shown(value);
  const said = new Set(wordsOf(position.answer));
  return wordsOf(inWords).every((word) => said.has(word)) ? "" : ` (${inWords})`;
}

function wordsOf(text) {
  return text.toLowerCase().replace(/,/g, "").match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** Return an EDTF date or interval in words. */
export function shown(value) {
  const [first, last] = value.split("/");
  if (!last) return dateShown(first);
  const end = dateShown(last);
  const words = dateShown(first).split(" ");
  const lastWords = end.split(" ");
  if (words.length === lastWords.length && !/[~X]/.test(value)) {
    while (words.length > 1 && words.at(-1) === lastWords.at(-1)) {
      words.pop();
      lastWords.pop();
    }
  }
  return `${words.join(" ")} to ${end}`;
}

function dateShown(value) {
  const [year, month, day] = value.replace("~", "").split("-");
  let words = yearShown(year);
  if (PARTS_OF_YEAR[month]) words = PARTS_OF_YEAR[month] + words;
  else if (month) words = [day ? String(Number(day)) : "", MONTHS[Number(month) - 1], words].filter(Boolean).join(" ");
  return value.endsWith("~") ? `about ${words}` : words;
}

function yearShown(year) {
  if (year.endsWith("XX")) return `the ${ordinal(Number(year.slice(0, 2)) + 1)} century`;
  return year.endsWith("X") ? `the ${year.slice(0, 3)}0s` : year.replace(/^0+/, "");
}

function ordinal(number) {
  const suffix = { 1: "st", 2: "nd", 3: "rd" }[number % 10] ?? "th";
  return `${number}${number >= 11 && number <= 13 ? "th" : suffix}`;
}

/** Return "3 articles", "1 article". */
export function counted(n, noun) {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}
