import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { problemOf } from "~/api/problems";
import german from "~/texts/de/problems.json";
import english from "~/texts/en/problems.json";
import { problemTextsOf } from "./problemTexts";

beforeAll(() =>
  i18next.init({
    lng: "de",
    fallbackLng: "en",
    resources: { de: { problems: german }, en: { problems: english } },
  }),
);

const refusal = (code: string, more: object = {}) =>
  problemOf(409, { code, title: "Title", detail: "What happened.", next_action: "Do it.", ...more });

test("a refusal is worded by its code; what happened stays in the API's English, marked as such", () => {
  expect(problemTextsOf(refusal("code_taken"))).toEqual({
    title: "Diesen Code gibt es schon",
    detail: "What happened.",
    isDetailEnglish: true,
    nextAction: "Wählen Sie einen anderen Code, oder verwenden Sie den vorhandenen.",
  });
});

test("a refusal without words of the console's is said in the API's", () => {
  expect(problemTextsOf(refusal("brand_new"))).toMatchObject({ title: "Title", nextAction: "Do it." });
});

test("missing seats and waiting times are worded from the facts", () => {
  const shortfall = [{ product: { name: "First Aid" }, missing: 2, available: 1 }];
  expect(problemTextsOf(refusal("no_seats", { shortfall }))).toMatchObject({
    detail: "First Aid: Es fehlen 2 Plätze, 1 noch frei.",
    isDetailEnglish: false,
  });
  expect(problemTextsOf(refusal("resend_too_soon", { retry_after: 61 })).nextAction).toContain("2 Minuten");
});

test("an English reader gets the words of the API, which name the case", async () => {
  await i18next.changeLanguage("en");
  expect(problemTextsOf(refusal("code_taken"))).toMatchObject({ title: "Title", isDetailEnglish: false });
  await i18next.changeLanguage("de");
});
