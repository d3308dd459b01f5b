import { expect, test } from "vitest";
import { seatLevel, sharesOf } from "./seats";

const seats = (total: number, assigned: number, sublicensed = 0) => ({
  total,
  assigned,
  sublicensed,
  available: total - assigned - sublicensed,
});

test("one of very many is seen, and one left of very many, too", () => {
  expect(sharesOf(seats(10_000, 1)).assigned).toBe(1);
  expect(sharesOf(seats(10_000, 9_999)).assigned).toBeLessThanOrEqual(99);
});

test("the bar is full where no seat is left, whoever has them", () => {
  const { assigned, sublicensed } = sharesOf(seats(10, 4, 6));

  expect(assigned + sublicensed).toBeCloseTo(100);
});

test("a license without seats has an empty bar", () => {
  expect(sharesOf(seats(0, 0))).toEqual({ assigned: 0, sublicensed: 0 });
});

test("seats are low from a tenth on, and out at none", () => {
  expect(seatLevel(seats(25, 22))).toBe("enough");
  expect(seatLevel(seats(20, 18))).toBe("low");
  expect(seatLevel(seats(5, 5))).toBe("out");
});
