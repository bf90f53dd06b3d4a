// The chat page.

import { Chat } from "./chat.js";
import { Memory } from "./memory.js";
import { Server } from "./server.js";

const address = new URL(".", document.baseURI);
const chat = new Chat(document.querySelector("#chat"), {
  server: new Server(address),
  memory: new Memory(address.pathname),
  title: document.title,
  themed: document.documentElement,
});
chat.focus();
