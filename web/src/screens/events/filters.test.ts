import { expect, test } from "vitest";
import { isFiltered, queryOf, readFilters } from "./filters";

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

test("several types stand in the address by commas, and are a list for the API", () => {
  const filters = readFilters({ type: "invite.accepted,invite.declined", to: "2027-01-31" });

  expect(queryOf(filters)).toEqual({ type: ["invite.accepted", "invite.declined"], to: "2027-01-31" });
  expect(queryOf(readFilters({ type: "invite.accepted," }))).toEqual({});
});
