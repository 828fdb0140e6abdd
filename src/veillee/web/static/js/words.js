// Words and dates in the reader's language. The catalogue is the server's (web/words), loaded once.

let words = {};
let lang = "fr";
let formats = {};

/** Load the catalogue of `language` from `url`. Ask for no word before it is here. */
export async function loadWords(language, url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`words: ${answer.status}`);
  setWords(language, await answer.json());
}

/** Use this catalogue: {section: {key: word}}. */
export function setWords(language, catalogue) {
  lang = language;
  words = {};
  for (const [section, keys] of Object.entries(catalogue)) {
    for (const [key, word] of Object.entries(keys)) words[`${section}.${key}`] = word;
  }
  formats = {
    clock: new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    day: new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }),
    full: new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }),
    plural: new Intl.PluralRules(language),
  };
}

/** The word for `key`, filled with `params`; with `n`, its form for that number. */
export function t(key, params = {}) {
  let word = words[key];
  if (word === undefined && "n" in params) {
    const form = formats.plural.select(params.n) === "one" ? "one" : "other";
    word = words[`${key}.${form}`];
  }
  if (word === undefined) throw new Error(`no word ${key}`);
  return word.replace(/{(\w+)}/g, (slot, name) => params[name] ?? slot);
}

/** Whether the catalogue holds `key`. */
export const has = (key) => key in words;

export const language = () => lang;
export const clock = (ms) => formats.clock.format(ms);
export const fullMoment = (ms) => formats.full.format(ms);

/** The day of a moment: today, yesterday, or its date. */
export function day(ms, now = Date.now()) {
  const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(ms)) / 86_400_000);
  if (days === 0) return t("chat.today");
  if (days === 1) return t("chat.yesterday");
  return formats.day.format(ms);
}

/** A moment as short as it stays clear: the time today, else day and time. */
export function when(ms, now = Date.now()) {
  const same = new Date(ms).toDateString() === new Date(now).toDateString();
  return same ? clock(ms) : `${day(ms, now)}, ${clock(ms)}`;
}
