import { expect, test } from "vitest";
import { compareLanguages, compareUse, flatten, textsUsedIn } from "./check-texts.mjs";

const texts = (entries) => new Map(Object.entries(entries));

test("keys are the paths of the texts", () => {
  expect(flatten({ a: { b: "x" }, c: "y" })).toEqual([
    ["a.b", "x"],
    ["c", "y"],
  ]);
});

test("a text that is missing in a language, or there in one alone, is found", () => {
  const wrong = compareLanguages("team", { en: texts({ a: "A", b: "B" }), de: texts({ a: "A", c: "C" }) });

  expect(wrong).toEqual(["de/team: b is missing", "de/team: c is not there in en"]);
});

test("other placeholders and elements are found, others in another order are not", () => {
  const en = texts({ a: "{{x}} <b/> {{y, number}}", b: "{{x}}" });

  expect(compareLanguages("team", { en, de: texts({ a: "{{y, number}} {{x}} <b/>", b: "{{z}}" }) })).toEqual([
    "de/team: b has other placeholders than en",
  ]);
});

test("each language has its own plural forms", () => {
  const en = texts({ a_one: "{{count}}", a_other: "{{count}}" });
  const pl = texts({ a_one: "{{count}}", a_few: "{{count}}", a_many: "{{count}}", a_other: "{{count}}" });

  expect(compareLanguages("team", { en, pl })).toEqual([]);
  expect(compareLanguages("team", { en, pl: en })).toHaveLength(2);
  expect(compareLanguages("team", { en: texts({ a_one: "1" }), de: texts({ a_one: "1" }) })).toHaveLength(2);
});

test("what is used and missing, and what is there and unused, is found", () => {
  const wrong = compareUse(
    [
      { area: "team", key: "state.*", path: "a.tsx" },
      { area: "team", key: "gone", path: "a.tsx" },
    ],
    new Map([["team", new Set(["state.active", "state.pending", "state.deep.er", "old"])]]),
  );

  expect(wrong).toEqual([
    "a.tsx: the text team:gone is missing",
    "team: state.deep.er is not used",
    "team: old is not used",
  ]);
});

test("texts are used by the hook's area, by another one's, in both branches, and with a computed end", () => {
  const { used } = textsUsedIn(
    "a.tsx",
    `const { t } = useTranslation("team");
     t("a"); t("shell:b"); t(x ? "c" : "d"); t(\`kind.\${kind}\`); <Trans i18nKey="e" />;`,
  );

  expect(used.map(({ area, key }) => `${area}:${key}`)).toEqual([
    "team:a",
    "shell:b",
    "team:c",
    "team:d",
    "team:kind.*",
    "team:e",
  ]);
});

test("a text that stands in the code is found, whether it is seen or heard", () => {
  const { written } = textsUsedIn("a.tsx", `<p title="Hello">Read me {t("x")} · <b>Usher</b></p>`);

  expect(written).toEqual(["Hello", "Read me"]);
});
