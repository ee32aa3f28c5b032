// The message box: text that grows, files by button, paste and drop, earlier commands by arrow keys.

import { element, fileSize } from "./elements.js";

const MEDIA = /^(image|audio|video)\//;

export class Composer {
  #form = document.getElementById("composer");
  #text = document.getElementById("text");
  #list = document.getElementById("files");
  #error = document.getElementById("composer-error");
  #send = document.getElementById("send");
  #files = [];
  #recalled = 0; // how many commands back the text is; 0 is the one being written
  #mostFiles = Number(document.body.dataset.mostFiles);
  #mostBytes = Number(document.body.dataset.uploadBytes);

  /** `send(text, files)` sends a message, `commands()` lists the earlier ones, oldest first. */
  constructor({ send, commands }) {
    this.send = send;
    this.commands = commands;
    this.#listenToText();
    this.#listenToFiles();
  }

  /** Put a command into the box, ready to be changed or sent. */
  fill(text) {
    this.#text.value = text;
    this.#grow();
    this.#text.focus();
    this.#text.setSelectionRange(text.length, text.length);
  }

  /** Say what is wrong, next to the box. */
  complain(sentence) {
    this.#error.textContent = sentence;
  }

  #listenToText() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("input", () => {
      this.#recalled = 0;
      this.complain("");
      this.#grow();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.#submit();
      } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
        if (this.#recall(event.key === "ArrowUp" ? 1 : -1)) event.preventDefault();
      }
    });
  }

  async #submit() {
    const text = this.#text.value.trim();
    if ((!text && !this.#files.length) || this.#send.disabled) return;
    this.#busy(true);
    try {
      await this.send(text, this.#files);
      this.#files = [];
      this.#drawFiles();
      this.#recalled = 0;
      this.complain("");
      this.fill("");
    } catch (error) {
      this.complain(error.message);
    } finally {
      this.#busy(false);
    }
  }

  /** While a message with its files is on the way, it can be neither changed nor sent again. */
  #busy(sending) {
    this.#form.ariaBusy = String(sending);
    this.#send.disabled = sending;
    this.#text.readOnly = sending;
  }

  /** Step through earlier commands; only from an empty or a recalled text, as in a shell. */
  #recall(step) {
    const commands = this.commands();
    if (this.#text.value && !this.#recalled) return false;
    const back = this.#recalled + step;
    if (back < 0 || back > commands.length) return false;
    this.fill(back ? commands[commands.length - back] : "");
    this.#recalled = back;
    return true;
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  #listenToFiles() {
    const input = document.getElementById("file-input");
    document.getElementById("attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.#add(input.files);
      input.value = "";
    });
    this.#text.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.#add(event.clipboardData.files);
    });
    this.#listenToDrops(document.getElementById("drop"));
  }

  #listenToDrops(overlay) {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragenter", (event) => (overlay.hidden = !carriesFiles(event)));
    addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    addEventListener("dragleave", (event) => event.relatedTarget ?? (overlay.hidden = true));
    addEventListener("drop", (event) => {
      overlay.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#add(event.dataTransfer.files);
    });
  }

  #add(files) {
    this.complain("");
    for (const file of files) {
      if (!MEDIA.test(file.type)) this.complain(`${file.name} is not an image, a sound or a video.`);
      else if (this.#files.length === this.#mostFiles) this.complain(`The most is ${this.#mostFiles} files.`);
      else if (file.size > this.#mostBytes) {
        this.complain(`${file.name} is too large; the most is ${fileSize(this.#mostBytes)}.`);
      } else this.#files.push(file);
    }
    this.#drawFiles();
    this.#text.focus();
  }

  #drawFiles() {
    this.#list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.#list.replaceChildren(...this.#files.map((file) => this.#drawFile(file)));
    this.#list.hidden = !this.#files.length;
  }

  #drawFile(file) {
    const remove = element("button", { type: "button", "aria-label": `Remove ${file.name}` }, "×");
    remove.addEventListener("click", () => {
      this.#files = this.#files.filter((other) => other !== file);
      this.#drawFiles();
      this.#text.focus();
    });
    return element(
      "li",
      {},
      file.type.startsWith("image/")
        ? element("img", { src: URL.createObjectURL(file), alt: "" })
        : null,
      element("span", { className: "file-name", textContent: file.name }),
      element("span", { className: "file-size", textContent: fileSize(file.size) }),
      remove,
    );
  }
}
