import { expect, test } from "vitest";
import type { License } from "~/api/types";
import { givable, seatsOf } from "./seats";
import { slugFor } from "./slug";

test.each([
  ["Harbor Works", "harbor-works"],
  ["  Größe & Maß AG ", "grosse-mass-ag"],
  ["Łódź 24/7", "lodz-24-7"],
  ["株式会社", ""],
  [`${"a".repeat(47)} b`, "a".repeat(47)],
])("%s is proposed as %s", (name, slug) => {
  expect(slugFor(name)).toBe(slug);
});

function license(
  id: string,
  available: number,
  parent: string | null = null,
  valid_until = "2028-01-01T00:00:00Z",
) {
  const seats = { total: available + 2, assigned: 2, sublicensed: 0, available };
  return { id, parent, valid_until, seats } as License;
}

test("what is given already, is over or has no free seat cannot be given", () => {
  const licenses = [
    license("given", 5),
    license("full", 0),
    license("over", 5, null, "2026-01-01T00:00:00Z"),
    license("good", 1),
  ];

  const offered = givable(licenses, [license("sub", 1, "given")], new Date("2027-01-01T00:00:00Z"));

  expect(offered.map(({ id }) => id)).toEqual(["good"]);
});

test("the seats of a client are those of its sublicenses", () => {
  expect(seatsOf([license("one", 3, "p"), license("two", 0, "q")])).toEqual({ inUse: 4, free: 3 });
});
