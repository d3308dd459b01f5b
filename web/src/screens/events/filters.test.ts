import { expect, test } from "vitest";
import { isFiltered, readFilters } from "./filters";

test("an address has the filters that make sense", () => {
  const filters = readFilters({
    type: "invite.accepted",
    from: "2027-01-31",
    to: "soon",
    license: "01L",
    q: 1,
  });

  expect(filters).toEqual({ type: "invite.accepted", from: "2027-01-31", license: "01L" });
  expect(isFiltered(filters)).toBe(true);
  expect(isFiltered(readFilters({ type: "Nonsense" }))).toBe(false);
});
