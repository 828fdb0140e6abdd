// The entry page, made quicker: another suggestion at a touch, errors without a new page. Works without this too.

import { remember } from "./memory.js";

const form = document.querySelector("form[data-enter]");
const nick = form.elements.nick;
const button = form.querySelector("[data-suggest]");
const complaint = document.getElementById("entry-error");
const suggestions = button.dataset.suggest.split(" ");
let next = 0;

button.hidden = false;
button.addEventListener("click", () => {
  nick.value = suggestions[next++ % suggestions.length];
  nick.focus();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain(null);
  const send = form.querySelector("[type=submit]");
  send.disabled = true;
  try {
    const answer = await fetch("/api/v1/enter", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ nick: nick.value, rules: form.elements.rules.checked, lang: document.documentElement.lang }),
    });
    const { err, phrase } = await answer.json();
    if (answer.ok) {
      remember("phrase", phrase);
      location.assign(form.elements.to.value || "/");
      return;
    }
    complain(err);
  } catch {
    form.submit();
  }
  send.disabled = false;
});

/** Say what is wrong beside the field it concerns, and go there. */
function complain(err) {
  complaint.hidden = err === null;
  complaint.querySelector("span").textContent = err?.m ?? "";
  const lines = complaint.parentElement.querySelector(".helplines");
  lines.hidden = !err?.helplines?.length;
  lines.replaceChildren(
    ...(err?.helplines ?? []).map(({ number, name, hours }) => {
      const item = document.createElement("li");
      const strong = document.createElement("b");
      strong.textContent = number;
      item.append(strong, ` ${name} · ${hours}`);
      return item;
    }),
  );
  const about = err?.c === "rules_needed" ? form.elements.rules : nick;
  for (const field of [nick, form.elements.rules]) field.setAttribute("aria-invalid", String(err !== null && field === about));
  if (err) about.focus();
}
