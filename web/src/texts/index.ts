/**
 * The texts of the console: `<language>/<area>.json`, each loaded when a screen of the area is first shown.
 *
 * scripts/check-texts.mjs finds texts that are missing in a language, used and not there, or there and not used.
 */

import i18next, { type BackendModule, type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de", "fr", "es"] as const;
export type Language = (typeof LANGUAGES)[number];

const CHOICE = "usher.language";

const files = import.meta.glob<{ default: Record<string, unknown> }>("./*/*.json");

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language: string, area: string, callback: ReadCallback) => {
    const load = files[`./${language}/${area}.json`];
    if (!load) {
      callback(new Error(`There are no texts ${language}/${area}.json`), null);
      return;
    }
    load().then(
      (file) => callback(null, file.default),
      (error: Error) => callback(error, null),
    );
  },
};

/** The language that the person chose here, else the first of the browser's that the console has. */
function preferred(): Language {
  const wanted = [localStorage.getItem(CHOICE) ?? "", ...navigator.languages];
  for (const one of wanted) {
    const found = LANGUAGES.find((language) => language === one.split("-")[0]?.toLowerCase());
    if (found) return found;
  }
  return "en";
}

export async function startTexts(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferred(),
      fallbackLng: false, // each language is whole, so nobody loads English besides
      supportedLngs: LANGUAGES,
      ns: ["shell", "components"],
      defaultNS: "shell",
      interpolation: { escapeValue: false }, // React escapes
      partialBundledLanguages: true,
    });
}

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(CHOICE, language);
  await i18next.changeLanguage(language);
}
