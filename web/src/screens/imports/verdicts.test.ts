import { expect, test } from "vitest";
import { countsOf, problemsIn, sumOf, toneOf, verdictsIn } from "./verdicts";

const counts = { will_be_invited: 480, bad_address: 12, unknown_group: 20, duplicate: 3, no_seat: 0 };

test("problems are what somebody has to correct, the most frequent one first", () => {
  expect(problemsIn(counts)).toEqual(["unknown_group", "bad_address"]);
  expect(sumOf(counts, problemsIn(counts))).toBe(32);
});

test("verdicts that no row has are left out", () => {
  expect(verdictsIn(counts)).toEqual(["will_be_invited", "unknown_group", "bad_address", "duplicate"]);
});

test("a row that asks for what somebody has already is no problem", () => {
  expect(toneOf("duplicate")).toBe("off");
  expect(toneOf("start_in_past")).toBe("failed");
});

test("the outcomes take the place of the expected ones once it was confirmed", () => {
  const preview = { verdicts: counts, good: 0, bad: 0, needless: 0, suggestions: 0 };
  const progress = { done: 1, outcomes: { invited: 1 } };
  expect(countsOf({ confirmed_at: null, preview, progress })).toBe(counts);
  expect(countsOf({ confirmed_at: "2027-01-31T08:00:00Z", preview, progress })).toEqual({ invited: 1 });
});
