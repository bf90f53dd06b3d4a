// Offsets of articles count code points, JavaScript's strings count UTF-16 units: "😀" is one of those, two of these.

/** Return offsets in code points, in rising order, as offsets in UTF-16 units; past the end is the end. */
export function toUnits(text, offsets) {
  if (!/[\ud800-\udfff]/.test(text)) return offsets.map((offset) => Math.min(offset, text.length));
  const found = [];
  let unit = 0;
  let point = 0;
  for (const offset of offsets) {
    while (point < offset && unit < text.length) {
      unit += text.codePointAt(unit) > 0xffff ? 2 : 1;
      point += 1;
    }
    found.push(unit);
  }
  return found;
}

/** Return what stands before a span, in it, and after it; `start` and `end` count code points. */
export function cut(text, start, end) {
  const [first, last] = toUnits(text, [start, Math.max(start, end)]);
  return [text.slice(0, first), text.slice(first, last), text.slice(last)];
}

/** Return the paragraphs of a text, which blank lines part, each with the places of the given spans in it.
 *
 * A span is {start, end, ...} in UTF-16 units; where it goes on in the next paragraph, each has its piece. Line by line
 * and without backtracking: an article of blank lines alone must not hold the browser up.
 */
export function paragraphs(text, spans) {
  const found = [];
  let from = 0;
  let to = 0;
  const finish = () => {
    if (to > from) found.push({ text: text.slice(from, to), spans: within(spans, from, to) });
  };
  for (const { index, 0: line } of text.matchAll(/[^\n]+|\n(?=\n|$)/g)) {
    if (line.trim()) {
      if (to <= from) from = index;
      to = index + line.length;
    } else {
      finish();
      from = to = index + line.length;
    }
  }
  finish();
  return found;
}

function within(spans, from, to) {
  return spans
    .filter((span) => span.start < to && span.end > from)
    .map((span) => ({ ...span, start: Math.max(span.start, from) - from, end: Math.min(span.end, to) - from }));
}

/** Return the runs of a text between the ends of its spans, each with the names of the spans that hold it. */
export function runs(text, spans) {
  const ends = [...new Set([0, text.length, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  return ends.slice(0, -1).map((start, n) => ({
    text: text.slice(start, ends[n + 1]),
    names: spans.filter((span) => span.start <= start && ends[n + 1] <= span.end).map((span) => span.name),
  }));
}
