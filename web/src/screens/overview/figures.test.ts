import { expect, test } from "vitest";
import type { Schema } from "~/api/types";
import { highestOf, totalsOf, waitsOf } from "./figures";

const day = (part: Partial<Schema<"Day">>): Schema<"Day"> =>
  ({ invited: 0, accepted: 0, declined: 0, expired: 0, withdrawn: 0, ...part }) as Schema<"Day">;

test("the days of a period are added up", () => {
  const days = [day({ invited: 3, accepted: 1 }), day({ accepted: 2, withdrawn: 1 })];

  expect(totalsOf(days)).toEqual({ invited: 3, accepted: 3, declined: 0, expired: 0, withdrawn: 1 });
});

test("a column is as high as the outcomes of a day together", () => {
  expect(highestOf([day({ invited: 2 }), day({ accepted: 2, declined: 1 })])).toBe(3);
  expect(highestOf([])).toBe(1);
});

test("half of the people accept within the median", () => {
  const waits = waitsOf([
    { days: 9, count: 1 },
    { days: 0, count: 1 },
    { days: 2, count: 2 },
  ]);

  expect(waits.median).toBe(2);
  expect(waits.ranges.map(({ people }) => people)).toEqual([1, 0, 2, 0, 1]);
});

test("nobody has waited where nobody has accepted", () => {
  expect(waitsOf([]).median).toBeNull();
});
