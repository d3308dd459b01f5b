import { expect, test } from "vitest";
import { weaknessOf } from "./password";

const WEAK = { code: "weak_password" };

test.each([
  ["Eleven-char", "short"],
  ["🐎🐎🐎🐎🐎🐎", "short"], // twelve units of UTF-16, six characters
  ["a".repeat(257), "long"],
  [" twelve or more ", "spaces"],
  ["Password1234", "common"],
] as const)("of the refused password %s the failed part is named: %s", (password, weakness) => {
  expect(weaknessOf(password, WEAK)).toBe(weakness);
});

test("another refusal says nothing of the new password", () => {
  expect(weaknessOf("short", { code: "wrong_password" })).toBeUndefined();
});
