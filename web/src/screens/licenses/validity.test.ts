import { expect, test } from "vitest";
import { phaseOf } from "./validity";

const license = { valid_from: "2027-01-01T00:00:00Z", valid_until: "2028-01-01T00:00:00Z" };

test.each([
  ["2026-12-31T23:59:59Z", "upcoming"],
  ["2027-01-01T00:00:00Z", "running"],
  ["2027-12-01T00:00:00Z", "running"],
  ["2027-12-02T00:00:00Z", "ending"],
  ["2027-12-31T23:59:59Z", "ending"],
  ["2028-01-01T00:00:00Z", "over"],
])("at %s the license is %s", (now, phase) => {
  expect(phaseOf(license, new Date(now))).toBe(phase);
});
