import { expect, test } from "vitest";
import type { Schema } from "~/api/types";
import { bucketsOf, perBucket, seatsPerBucket, stepsTo, waitsOf } from "./series";

const TODAY = "2027-05-20";
const DAY_MS = 24 * 3600 * 1000;

const days = (count: number): Schema<"Day">[] =>
  Array.from({ length: count }, (_, index) => ({
    day: new Date(Date.parse(TODAY) + (index - count + 1) * DAY_MS).toISOString().slice(0, 10),
    invited: 1,
    accepted: index,
  })) as unknown as Schema<"Day">[];

test("a month is drawn by days, a quarter by whole weeks, a year by months", () => {
  expect(bucketsOf(days(30))).toHaveLength(30);
  const weeks = bucketsOf(days(90));
  expect(weeks).toHaveLength(13);
  expect(weeks.at(-1)).toMatchObject({ from: "2027-05-14", to: TODAY, last: 89 });
  expect(perBucket(weeks, (day) => day.invited)).toEqual([6, ...Array.from({ length: 12 }, () => 7)]);
  expect(bucketsOf(days(365)).map(({ from }) => from.slice(0, 7))).toContain("2027-01");
});

test("seats are those at the end of each column, and many licenses are put together", () => {
  const used = Array.from({ length: 8 }, (_, index) => ({
    license: `license-${index}`,
    product: `Product ${index}`,
    seats: [0, index],
  }));
  const lines = seatsPerBucket(bucketsOf(days(2)), used);

  expect(lines).toHaveLength(6);
  expect(lines[0]).toEqual({ license: "license-7", product: "Product 7", values: [0, 7] });
  expect(lines.at(-1)).toEqual({ license: null, product: "", values: [0, 3] });
});

test("an axis has few and round steps", () => {
  expect(stepsTo(0)).toEqual([0, 1]);
  expect(stepsTo(7)).toEqual([0, 2, 4, 6, 8]);
  expect(stepsTo(117)).toEqual([0, 50, 100, 150]);
});

test("half of the people accept within the median", () => {
  const waits = waitsOf([
    { days: 20, count: 1 },
    { days: 0, count: 1 },
    { days: 2, count: 2 },
  ]);

  expect(waits.median).toBe(2);
  expect(waits.ranges.map(({ people }) => people)).toEqual([1, 0, 2, 0, 0, 1]);
  expect(waitsOf([]).median).toBeNull();
});
