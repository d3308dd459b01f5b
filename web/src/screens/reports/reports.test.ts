import { expect, test } from "vitest";
import { isFiltered, readActivityFilters, readFilters } from "./filters";
import { periodOf } from "./range";

const TODAY = "2027-05-20";

test("a range ends today, and has as many days as it says", () => {
  expect(periodOf("7d", TODAY, {})).toEqual({ from: "2027-05-14", to: TODAY });
  expect(periodOf("30d", TODAY, {})).toEqual({ from: "2027-04-21", to: TODAY });
  expect(periodOf("90d", TODAY, {})).toEqual({ from: "2027-02-20", to: TODAY });
  expect(periodOf("quarter", TODAY, {})).toEqual({ from: "2027-04-01", to: TODAY });
  expect(periodOf("own", TODAY, { from: "2027-01-01", to: "2027-01-31" })).toEqual({
    from: "2027-01-01",
    to: "2027-01-31",
  });
});

test("an address says what differs from the last thirty days", () => {
  expect(readFilters({ range: "30d" })).toEqual({});
  expect(readFilters({ range: "90d" })).toEqual({ range: "90d" });
  expect(readFilters({ range: "90d", from: "2027-01-01" })).toEqual({ range: "own", from: "2027-01-01" });
  expect(readActivityFilters({ state: "accepted", method: "magic", license: "01L" })).toEqual({
    state: "accepted",
    license: "01L",
  });
  expect(isFiltered(readFilters({ range: "7d" }))).toBe(false);
});
