import { expect, test } from "vitest";
import { licenseSearch } from "./filters";

test("an address says whom to show and whether to give a seat, and nothing else counts", () => {
  expect(licenseSearch({ state: "active", give: true })).toEqual({ state: "active", give: true });
  expect(licenseSearch({ state: "lost", give: "yes", other: 1 })).toEqual({});
});
