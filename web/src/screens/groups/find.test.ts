import { expect, test } from "vitest";
import { hasWords } from "./find";

test.each([
  ["Erste Hilfe für Führende", "fuhrende erste", true],
  ["First Aid", "", true],
  ["First Aid", "first bad", false],
])("%s has the words %s: %s", (text, typed, found) => {
  expect(hasWords(text, typed)).toBe(found);
});
