// What this tab remembers across reloads: in sessionStorage, so that a shared computer forgets it with the tab.

const name = (key) => `veillee.${key}`;

export function recall(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(name(key))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key, value) {
  try {
    if (value === undefined || value === "") sessionStorage.removeItem(name(key));
    else sessionStorage.setItem(name(key), JSON.stringify(value));
  } catch {
    // Not remembered; the page goes on.
  }
}
