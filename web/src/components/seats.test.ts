import { expect, test } from "vitest";
import { seatLevel, sharesOf } from "./seats";

const seats = (total: number, assigned: number, sublicensed = 0, reserved: number | null = null) => ({
  total,
  assigned,
  reserved,
  sublicensed,
  available: total - assigned - sublicensed,
});

test("one of very many is seen, and one left of very many, too", () => {
  expect(sharesOf(seats(10_000, 1)).used).toBe(1);
  expect(sharesOf(seats(10_000, 9_999)).used).toBeLessThanOrEqual(99);
});

test("the bar is full where no seat is left, whoever has them", () => {
  const { used, reserved, sublicensed } = sharesOf(seats(10, 4, 6, 1));

  expect(used + reserved + sublicensed).toBeCloseTo(100);
});

test("reserved seats are a part of those assigned", () => {
  expect(sharesOf(seats(10, 5, 0, 2))).toEqual({ used: 30, reserved: 20, sublicensed: 0 });
});

test("a license without seats has an empty bar", () => {
  expect(sharesOf(seats(0, 0))).toEqual({ used: 0, reserved: 0, sublicensed: 0 });
});

test("seats are low from a tenth on, and out at none", () => {
  expect(seatLevel(seats(25, 22))).toBe("enough");
  expect(seatLevel(seats(20, 18))).toBe("low");
  expect(seatLevel(seats(5, 5))).toBe("out");
});
