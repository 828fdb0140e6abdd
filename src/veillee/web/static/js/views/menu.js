// A small menu beside what it is about: arrows move, Escape and a click elsewhere close it, the focus goes back.

import { useLayoutEffect, useRef } from "../../vendor/hooks.js";
import { html, Icon } from "./html.js";

/** `items`: {icon, label, act, danger}. `anchor`: the element it belongs to; `at`: where, if not there. */
export function Menu({ label, items, anchor, at, onClose }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const menu = box.current;
    if (matchMedia("(max-width: 599px)").matches) return;
    const from = anchor.getBoundingClientRect();
    const [x, y] = at ?? [from.right, from.bottom];
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.left = `${Math.max(8, Math.min(x - (at ? 0 : width), innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, y + height > innerHeight - 8 ? y - height - (at ? 0 : from.height) : y)}px`;
  }, []);
  useLayoutEffect(() => {
    const menu = box.current;
    menu.querySelector("button").focus();
    const away = (event) => menu.contains(event.target) || onClose(false);
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, []);
  function key(event) {
    const buttons = [...box.current.querySelectorAll("button")];
    const index = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to !== undefined) buttons.at(to % buttons.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return html`<div class="menu" role="menu" aria-label=${label} ref=${box} onKeyDown=${key}>
    ${items.filter(Boolean).map(
      ({ icon, label: word, act, danger }) => html`<button
        type="button"
        role="menuitem"
        class=${danger ? "menu-danger" : ""}
        onClick=${() => {
          onClose(true);
          act();
        }}
      >
        <${Icon} name=${icon} />${word}
      </button>`,
    )}
  </div>`;
}
