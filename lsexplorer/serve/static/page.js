"use strict";
// The page around the terminal, which textual.js makes: what it says before the first frame and after the last one, files
// that the explorer delivers, and run files that the visitor opens.
(() => {
  const nonce = document.currentScript.nonce;
  const element = (id) => document.getElementById(id);
  const MOST_BYTES = 1000000;
  let socket = null, ended = null, opened = false, painted = false;

  const cover = (heading, text, again) => {
    element("heading").textContent = heading;
    element("text").textContent = text;
    element("again").hidden = !again;
    element("cover").hidden = false;
    if (again) element("again").focus();
  };
  const uncover = () => {
    painted = true;
    element("cover").hidden = true;
    focus();
  };
  const focus = () => {
    const keys = document.querySelector(".xterm-helper-textarea");
    if (keys && element("cover").hidden) keys.focus();
  };

  const told = ([kind, ...rest]) => {
    if (kind === "waiting") {
      const before = rest[0] ? ` ${rest[0]} more came before you.` : "";
      cover("Please wait", `Others are just starting theirs.${before}`, false);
    } else if (kind === "ended") {
      ended = rest;
    } else if (kind === "file") {
      deliver(rest[0], rest[1]);
    } else if (kind === "choose") {
      element("chosen").click();
    }
  };
  const deliver = (name, base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], {type: "application/octet-stream"}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  const open = async (file) => {
    if (file && file.size <= MOST_BYTES) socket.send(JSON.stringify(["run", await file.text()]));
    else if (file) alert("A run file has at most 1 MB.");
    focus();
  };

  // textual.js connects by itself; this hears what it hears.
  window.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address);
      socket = this;
      this.addEventListener("open", () => { opened = true; });
      this.addEventListener("message", (event) => {
        if (typeof event.data === "string") told(JSON.parse(event.data));
        else if (!painted && event.data.byteLength > 64) uncover();
      });
      this.addEventListener("close", () => {
        if (ended) cover(ended[0], ended[1], true);
        else if (opened) cover("The connection was lost", "The run is gone with it; what you saved, you can open again.", true);
        else cover("No connection", "The server is gone, or has no place left.", true);
      });
    }

    send(message) {
      if (this.readyState === 1) super.send(message);  // textual.js sends before it is open and when it is closed, too
    }
  };

  element("again").addEventListener("click", () => location.reload());
  element("chosen").addEventListener("change", (event) => {
    open(event.target.files[0]);
    event.target.value = "";
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    open(event.dataTransfer.files[0]);
  });
  window.addEventListener("focus", focus);
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);

  const begin = async () => {
    await Promise.allSettled(
      ["400", "700", "italic 400"].map((style) => document.fonts.load(`${style} 16px "Roboto Mono"`)));
    const address = new URL("ws/" + document.body.dataset.run, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.hash = "";
    const terminal = element("terminal");
    terminal.dataset.sessionWebsocketUrl = address.href;
    const size = Math.min(innerWidth / 120 / 0.6, innerHeight / 40 / 1.32);  // of letters, for 120 columns and 40 rows
    terminal.dataset.fontSize = Math.max(11, Math.min(18, Math.floor(size)));
    const script = document.createElement("script");
    script.src = "static/textual.js";
    script.nonce = nonce;
    script.addEventListener("load", () => { window.onload(); });
    document.head.append(script);
  };
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", () => setTimeout(begin));
})();
