import { expect, test } from "vitest";
import { isFiltered, queryOf, readFilters, sortOf, totalOf, withSort } from "./filters";

const COUNTS = {
  pending: 12,
  expiring_soon: 4,
  expired: 3,
  bounced: 1,
  accepted: 230,
  declined: 2,
  withdrawn: 5,
};

test("an address is read as far as it makes sense", () => {
  const read = readFilters({
    show: "all",
    q: 42,
    from: "tomorrow",
    to: "2026-11-26",
    sort: "color",
    more: 1,
  });

  expect(read).toEqual({ q: "42", to: "2026-11-26" });
});

test("what notices link to are the expired ones", () => {
  expect(queryOf(readFilters({ expired: true }))).toEqual({ state: ["pending"], expired: true });
});

test("those that bounced are of both kinds that are not delivered, whatever else is asked for", () => {
  expect(queryOf({ show: "bounced", delivery: "held", license: "L" })).toEqual({
    state: ["pending"],
    delivery: ["bounced", "complained"],
    license: ["L"],
  });
});

test("a search has no other order", () => {
  expect(queryOf({ q: "ann", sort: "name" })).toEqual({ q: "ann" });
  expect(sortOf({ q: "ann", sort: "name" })).toBeNull();
  expect(sortOf({})).toEqual({ by: "created", descending: true });
  expect(withSort({ show: "waiting" }, { by: "name", descending: true })).toEqual({
    show: "waiting",
    sort: "-name",
  });
});

test("how many match is known of a tab alone, and bounced ones count once among all", () => {
  expect(totalOf({ show: "waiting", sort: "name" }, COUNTS)).toBe(12);
  expect(totalOf({}, COUNTS)).toBe(252);
  expect(totalOf({ show: "waiting", license: "L" }, COUNTS)).toBeNull();
  expect(totalOf({}, undefined)).toBeNull();
});

test("an order is no filter", () => {
  expect(isFiltered({ sort: "name" })).toBe(false);
  expect(isFiltered({ show: "expired" })).toBe(true);
});
