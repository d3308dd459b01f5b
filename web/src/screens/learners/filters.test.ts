import { expect, test } from "vitest";
import { isFiltered, learnerFilters } from "./filters";

test("an address is read as far as it makes sense", () => {
  const search = { q: 42, license: "01L", state: "lost", group: "", sort: "-name", page: 3 };

  expect(learnerFilters(search)).toEqual({ q: "42", license: "01L", sort: "-name" });
});

test("an order narrows nothing", () => {
  expect(isFiltered({ sort: "-name" })).toBe(false);
  expect(isFiltered({ state: "ended" })).toBe(true);
});
