import { expect, test } from "vitest";
import { EMPTY, newCodeOf, newCodesOf } from "./draft";

const draft = { ...EMPTY, gives: { licenses: ["first"], group: null } };

test("a code without a text is generated, and without a cap it has none", () => {
  expect(newCodeOf(draft)).toMatchObject({ kind: "registration", code: null, cap: null, ends_on: null });
  expect(newCodeOf({ ...draft, code: " SPRING ", cap: 20 })).toMatchObject({ code: "SPRING", cap: 20 });
});

test("a code gives a group or licenses, never both", () => {
  expect(newCodeOf(draft)).toMatchObject({ licenses: ["first"], group: null });
  const group = { ...draft, gives: { licenses: [], group: "night" } };
  expect(newCodesOf(group, "batch")).toMatchObject({ licenses: null, group: "night" });
});

test("a batch is counted, and a list is sent as it was pasted", () => {
  expect(newCodesOf(draft, "batch")).toMatchObject({ count: 50, prefix: "" });
  const list = newCodesOf({ ...draft, codes: "ONE-1\nTWO-2" }, "list");
  expect(list).toMatchObject({ codes: "ONE-1\nTWO-2", skip_invalid: false });
  expect(list).not.toHaveProperty("count");
});

test("a language that was chosen goes with every kind of code", () => {
  expect(newCodeOf(draft).language).toBeNull();
  expect(newCodesOf({ ...draft, language: "fr" }, "list")).toMatchObject({ language: "fr" });
});
