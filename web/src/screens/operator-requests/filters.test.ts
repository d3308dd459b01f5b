import { expect, test } from "vitest";
import { nextAfter, readFilters } from "./filters";

test("an address has what differs from the open requests for seats", () => {
  expect(readFilters({})).toEqual({});
  expect(readFilters({ kind: "support", state: "answered" })).toEqual({ kind: "support", state: "answered" });
  expect(readFilters({ kind: "seats", state: "open" })).toEqual({});
});

test("a state that the kind does not have is as if it were not there", () => {
  expect(readFilters({ state: "answered" })).toEqual({});
  expect(readFilters({ kind: "support", state: "approved" })).toEqual({ kind: "support" });
});

test("the oldest open request comes next", () => {
  expect(nextAfter([{ id: "one" }, { id: "two" }], "one")).toEqual({ id: "two" });
  expect(nextAfter([{ id: "one" }], "one")).toBeUndefined();
  expect(nextAfter(undefined, "one")).toBeUndefined();
});
