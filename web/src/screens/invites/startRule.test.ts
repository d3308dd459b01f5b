import { expect, test } from "vitest";
import { choosableDays, mayChooseStart, mayMoveStart } from "./startRule";

const NOW = new Date("2026-11-26T10:00:00Z");
const validity = { valid_from: "2026-11-01T00:00:00Z", valid_until: "2027-10-31T23:00:00Z", starts_at: null };
const course = {
  ...validity,
  flex: false,
  id: "C",
  product: { id: "P", name: "First Aid", kind: "course" },
} as const;
const subscription = {
  ...course,
  id: "S",
  starts_at: "2026-12-01T00:00:00Z",
  product: { id: "Q", name: "Library", kind: "subscription" },
} as const;

test("every license has to allow a date, of groups one", () => {
  expect(mayChooseStart([course], "licenses")).toBe(true);
  expect(mayChooseStart([course, subscription], "licenses")).toBe(false);
  expect(mayChooseStart([course, subscription], "groups")).toBe(true);
  expect(mayChooseStart([], "groups")).toBe(false);
});

test("a start can be moved while it waits, or lies ahead", () => {
  const invite = { state: "pending", expired: false, licenses: [course], access_start: null } as const;
  const moved = (part: object) => mayMoveStart({ ...invite, licenses: [course], ...part }, NOW);

  expect(moved({})).toBe(true);
  expect(moved({ expired: true })).toBe(false);
  expect(moved({ state: "accepted" })).toBe(false);
  expect(moved({ state: "accepted", access_start: "2026-12-24T00:00:00Z" })).toBe(true);
  expect(moved({ state: "withdrawn" })).toBe(false);
  expect(moved({ licenses: [subscription] })).toBe(false);
  expect(moved({ licenses: [{ ...subscription, flex: true }], state: "accepted" })).toBe(true);
});

test("the days that can be chosen are those of the zone", () => {
  expect(choosableDays([course], NOW, "Europe/Zurich")).toEqual({ first: "2026-11-26", last: "2027-10-31" });
  expect(choosableDays([], new Date("2026-11-26T23:30:00Z"), "Europe/Zurich").first).toBe("2026-11-27");
});
