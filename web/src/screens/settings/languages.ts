/** The languages that emails and people's pages can be in. */

import type { Schema } from "~/api/types";

type Language = Schema<"Language">;

/** All that the API has: the compiler asks for a new one. */
const ALL: Record<Language, true> = { en: true, de: true, fr: true, es: true };

export const LANGUAGES = Object.keys(ALL) as Language[];

/** The name of a language, in the console's. */
export const languageName = (language: Language, shownIn: string): string =>
  new Intl.DisplayNames(shownIn, { type: "language" }).of(language) ?? language;
