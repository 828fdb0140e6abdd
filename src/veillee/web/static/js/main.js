// Starts the chat on the page that the server made, once words are here.

import { h, render } from "../vendor/preact.js";
import { Client } from "./client.js";
import { recall, remember } from "./memory.js";
import { App } from "./views/app.js";
import { useSprite } from "./views/html.js";
import { loadWords } from "./words.js";

const root = document.getElementById("talk");
const said = document.getElementById("announcer");
const { lang, words, icons, mark, place, room, helplines, languages, nick } = root.dataset;

let speaking = false;

/** Say something to assistive technology; the same sentence twice is said twice. */
function speak(text) {
  speaking = !speaking;
  said.textContent = speaking ? text : `${text} `;
}

let due = false;

/** Draw on the next frame, however many changes there are until then. */
function draw() {
  if (due) return;
  due = true;
  const soon = document.hidden ? (act) => setTimeout(act, 100) : requestAnimationFrame;
  soon(() => {
    due = false;
    render(h(App, props), root);
  });
}

await loadWords(lang, words);
useSprite(icons);
const client = new Client({ lang, changed: draw, say: speak });
client.me = { n: nick };
const boot = {
  mark,
  helplines: JSON.parse(helplines),
  languages: languages.split(" "),
  phrase: recall("phrase", null),
  forgetPhrase: () => remember("phrase", undefined),
};
const props = { client, boot, place, speak };
if (room) client.active = room;
root.replaceChildren();
render(h(App, props), root);
client.start();
if (room) client.open(room);
