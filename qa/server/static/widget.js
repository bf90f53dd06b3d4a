// The chat on any page:
//   <script src="https://news.example/widget.js" data-title="Ask the archive" defer></script>
//
// It makes no global name, touches nothing of the page but for one element at its end, and its style neither leaks out
// nor in (a shadow root). The style sheet is constructed from fetched text, so that the page's policy need allow this
// server only under script-src and connect-src: no style-src, nothing inline. See docs/chat_page.md.
{
  const script = document.currentScript;
  const { title = "Ask the articles", theme = null, token = null } = script.dataset;
  const address = new URL(script.src.replace(/(?:static\/)?widget\.js(?:[?#].*)?$/, ""));
  const at = (name) => new URL(`static/${name}`, address).href;

  const BUTTON_STYLE = `
    /* Important, so that no rule of the page for its elements, "div { transform: ... }", wins over it. */
    :host { all: initial !important; direction: ltr !important; unicode-bidi: isolate !important; }
    .open { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; padding: 12px 20px;
      border: 1px solid #1c1b1a; border-radius: 999px; background: #1c1b1a; color: #fbf9f4; font: 600 16px/1.25 ui-serif, Charter, Georgia, serif;
      box-shadow: 0 4px 18px rgb(0 0 0 / 0.25); cursor: pointer; max-width: calc(100vw - 40px); }
    .open:hover { background: #3a3733; }
    .open:focus-visible { outline: 3px solid #2f8f72; outline-offset: 3px; }
    .open[hidden] { display: none; }
    @media (prefers-color-scheme: dark) { .open { border-color: #6a655d; } }
    @media print { .open { display: none; } }
  `;

  const sheetOf = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  };

  const start = () => {
    if (document.querySelector("[data-dateline]")) {
      console.error("There is a Dateline widget on this page already; a second one would lie over it.");
      return;
    }
    const host = document.createElement("div");
    host.dataset.dateline = address.href;
    const shadow = host.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheetOf(BUTTON_STYLE)];
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = "open";
    opener.textContent = title;
    opener.setAttribute("aria-haspopup", "dialog");
    opener.setAttribute("aria-expanded", "false");
    shadow.append(opener);
    document.body.append(host);

    let chat = null;
    let frame = null;

    // Nothing but this file is loaded before the first click.
    const load = async () => {
      const [{ Chat }, { Memory }, { Server }, style] = await Promise.all([
        import(at("chat.js")),
        import(at("memory.js")),
        import(at("server.js")),
        fetch(at("style.css"), { credentials: "omit" }).then((response) => response.text()),
      ]);
      // A rem is the page's root font size, whatever that page took it for; here it is 16 pixels.
      const pixels = style.replace(/(\d*\.?\d+)rem\b/g, (_, n) => `${n * 16}px`);
      shadow.adoptedStyleSheets = [sheetOf(BUTTON_STYLE), sheetOf(pixels)];
      frame = document.createElement("div");
      frame.className = "frame";
      frame.setAttribute("role", "dialog");
      frame.setAttribute("aria-label", title);
      if (theme) frame.dataset.theme = theme;
      const root = document.createElement("div");
      frame.append(root);
      shadow.append(frame);
      const memory = new Memory(address.href);
      chat = new Chat(root, { server: new Server(address, { token }), memory, title, themed: frame, close });
    };

    const close = () => {
      frame.hidden = true;
      opener.hidden = false;
      opener.setAttribute("aria-expanded", "false");
      opener.focus({ preventScroll: true });
    };

    const open = async () => {
      opener.disabled = true;
      try {
        if (!chat) await load();
        frame.hidden = false;
        opener.hidden = true;
        opener.setAttribute("aria-expanded", "true");
        chat.focus();
      } catch (error) {
        opener.textContent = "The chat can't be loaded";
        console.error(`Dateline at ${address.href} can't be loaded. Is this page's origin allowed there?`, error);
      } finally {
        opener.disabled = false;
      }
    };
    opener.addEventListener("click", open);
  };

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
}
