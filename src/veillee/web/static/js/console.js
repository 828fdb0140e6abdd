/**
 * The console's keys and small conveniences. Everything here is also a link, a button or a field on the page.
 *
 * Keys of one letter can be turned off (WCAG 2.1.4) and are silent while somebody types.
 */

const OFF = "veillee.console.keys";

/** Whether single keys work: yes, unless turned off on this device. */
function keysWork() {
  try {
    return localStorage.getItem(OFF) !== "off";
  } catch {
    return true;
  }
}

/** Whether a key press belongs to what has the focus. */
function typing(target) {
  return target instanceof Element && target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
}

/** Move the focus by `step` rows, to the row's own link. */
function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, here < 0 ? 0 : here + step))];
  next.querySelector("[data-open]").focus();
  next.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const row = document.activeElement?.closest("[data-row]");
  (row ?? document).querySelector(selector)?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keysWork() || typing(event.target)) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "o") press("[data-open]");
  else if (event.key === "t") press("[data-take]");
  else if (/^[1-9]$/.test(event.key)) {
    const choice = document.querySelector(`[data-key="${event.key}"]`);
    if (!choice) return;
    choice.checked = true;
    choice.focus();
  } else return;
  event.preventDefault();
});

const toggle = document.getElementById("keys-on");
if (toggle) {
  toggle.checked = keysWork();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF, toggle.checked ? "on" : "off");
    } catch {
      /* private browsing: the choice lasts as long as the page */
    }
  });
}

for (const chips of document.querySelectorAll("[data-insert-into]")) {
  const field = document.getElementById(chips.dataset.insertInto);
  chips.hidden = false;
  chips.addEventListener("click", (event) => {
    const text = event.target.dataset?.insert;
    if (!text) return;
    field.value = field.value.trim() ? `${field.value.trim()}\n${text}` : text;
    field.focus();
  });
}
