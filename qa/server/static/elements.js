// The only place that makes elements: text becomes text nodes, addresses are checked, nothing is parsed as markup.

import { printable } from "./words.js";

/** Return an address if it is one of the web, absolute and http or https; null otherwise ("javascript:", "file:"). */
export function webAddress(address) {
  try {
    const { protocol, href } = new URL(address);
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}

/** Return an element. Attributes that are functions listen to their event; null, undefined and false are left out.
 *
 * Children are nodes, or strings shown as they stand; what could reorder or hide text is replaced by a mark.
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key.replace(/^on/, ""), value);
    else if (/^(?:on|style|src)/i.test(key)) throw new Error(`'${key}' is not set from here`);
    else if (key === "href") setAddress(made, value);
    else made.setAttribute(key, value === true ? "" : printable(value));
  }
  put(made, ...children);
  return made;
}

function setAddress(made, value) {
  const address = webAddress(value);
  if (address) made.setAttribute("href", address);
}

/** Append children to an element: nodes, strings, lists of these; empty ones are left out. */
export function put(parent, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    parent.append(child instanceof Node ? child : document.createTextNode(printable(child)));
  }
}

/** Return a link that opens beside the page, or what it says as plain text where the address is none of the web. */
export function link(address, text, attributes = {}) {
  if (!webAddress(address)) return element("span", attributes, text);
  const hint = element("span", { class: "unseen" }, " (opens a new tab)");
  return element("a", { ...attributes, href: address, target: "_blank", rel: "noopener noreferrer" }, text, hint);
}

/** Return a button that does one thing. */
export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

/** Return a name for an element that no other element has. */
export const uniqueId = (
  (n) => (prefix) =>
    `dateline-${prefix}-${(n += 1)}`
)(0);
