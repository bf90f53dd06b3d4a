// The positions of an answer along the days on which they were published.

import { element, put } from "./elements.js";
import { counted, dayInWords, daysInWords, inPlainWords, oneLine } from "./words.js";

const DAY_MS = 86_400_000;
const DOT_SHARE = 0.075; // of the line's width, on a phone: dots nearer than that go below one another
const MOST_ROWS = 6;

/** Return the time line of an answer; null where it would tell nothing: one position, or all on one day. */
export function timelineOf(answer, { numberOf }) {
  const rows = answer.form === "fact" && answer.positions.length > 1 ? answer.positions.slice(0, MOST_ROWS) : [];
  const points = rows.map((position) => answer.citations.filter((cited) => position.citations.includes(cited.n)));
  const days = points
    .flat()
    .map((cited) => cited.published)
    .filter(Boolean)
    .sort();
  if (!days.length || days[0] === days.at(-1)) return null;
  const axis = { first: days[0], last: days.at(-1) };
  const figure = element("figure", { class: "timeline" });
  put(
    figure,
    element("figcaption", {}, "When the articles said so"),
    element("p", { class: "unseen" }, `${rows.map((position) => described(position)).join("; ")}.`),
    element(
      "div",
      { class: "rows", "aria-hidden": "true" },
      rows.map((p, n) => rowOf(p, points[n], axis, { leads: !n, numberOf })),
    ),
    element(
      "div",
      { class: "axis", "aria-hidden": "true" },
      element("span", {}, dayInWords(axis.first)),
      element("span", {}, dayInWords(axis.last)),
    ),
  );
  return figure;
}

function label(position) {
  return oneLine(position.answer) + inPlainWords(position);
}

function described(position) {
  const until = position.superseded ? ", superseded since" : "";
  const days = daysInWords(position.first_published, position.last_published);
  return `${label(position)}: ${counted(position.n_sources, "source")}, ${days}${until}`;
}

function rowOf(position, cited, axis, { leads, numberOf }) {
  const placed = placesOf(cited, axis);
  const track = element("div", { class: "track" });
  track.style.setProperty("--lanes", 1 + Math.max(0, ...placed.map(({ lane }) => lane)));
  if (placed.length) {
    const reach = element("span", { class: "reach" });
    reach.style.left = percent(placed[0].share);
    reach.style.width = percent(placed.at(-1).share - placed[0].share);
    put(track, reach);
  }
  for (const { share, lane, citation } of placed) {
    const dot = numberOf(citation, { class: "number dot", tabindex: "-1" });
    dot.style.left = percent(share);
    dot.style.setProperty("--lane", lane);
    put(track, dot);
  }
  if (!placed.length) put(track, element("span", { class: "dim" }, "undated"));
  const standing = leads ? "the answer" : position.superseded ? "superseded" : "";
  return element(
    "div",
    { class: `row ${leads ? "leads" : position.superseded ? "superseded" : "rival"}` },
    element(
      "p",
      { class: "row-label" },
      element("strong", {}, label(position)),
      element("span", { class: "dim" }, standing),
    ),
    track,
  );
}

function placesOf(cited, { first, last }) {
  const length = Date.parse(last) - Date.parse(first);
  const ends = [];
  return cited
    .filter(({ published }) => published)
    .sort((a, b) => a.published.localeCompare(b.published) || a.n - b.n)
    .map((citation) => {
      const share =
        Math.round(((Date.parse(citation.published) - Date.parse(first)) / Math.max(length, DAY_MS)) * 1000) / 1000;
      let lane = ends.findIndex((end) => end <= share);
      if (lane < 0) lane = ends.length;
      ends[lane] = share + DOT_SHARE;
      return { share, lane, citation };
    });
}

function percent(share) {
  return `${Math.round(share * 1000) / 10}%`;
}
