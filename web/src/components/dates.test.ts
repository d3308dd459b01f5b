import { expect, test } from "vitest";
import { dayAfter, dayIn, lastMomentBefore, writeDate, writeDistance } from "./dates";

const MIDNIGHT_IN_ZURICH = new Date("2027-12-31T23:00:00Z");

test("a date is that of the organization's zone, not of the browser's", () => {
  expect(writeDate(MIDNIGHT_IN_ZURICH, "date", "en", "Europe/Zurich")).toBe("Jan 1, 2028");
  expect(writeDate(MIDNIGHT_IN_ZURICH, "date", "en", "America/New_York")).toBe("Dec 31, 2027");
  expect(writeDate(MIDNIGHT_IN_ZURICH, "date", "de", "Europe/Zurich")).toBe("1. Jan. 2028");
});

test("a time of day names its zone", () => {
  expect(writeDate(MIDNIGHT_IN_ZURICH, "datetime", "en", "America/New_York")).toMatch(/06:00 PM.*EST/);
});

test("what ends at midnight works until the day before", () => {
  expect(writeDate(lastMomentBefore(MIDNIGHT_IN_ZURICH), "date", "en", "Europe/Zurich")).toBe("Dec 31, 2027");
});

test("a distance is told in the largest unit that fits", () => {
  const now = new Date("2027-01-10T12:00:00Z");

  expect(writeDistance(new Date("2027-01-13T13:00:00Z"), now, "en")).toBe("in 3 days");
  expect(writeDistance(new Date("2027-01-09T11:00:00Z"), now, "en")).toBe("yesterday");
  expect(writeDistance(new Date("2027-01-10T12:00:20Z"), now, "de")).toBe("in 20 Sekunden");
});

test("a field for dates has the day of the organization's zone", () => {
  expect(dayIn(MIDNIGHT_IN_ZURICH, "Europe/Zurich")).toBe("2028-01-01");
  expect(dayIn(MIDNIGHT_IN_ZURICH, "America/New_York")).toBe("2027-12-31");
});

test("the day after is that of the calendar", () => {
  expect(dayAfter("2028-02-28")).toBe("2028-02-29");
  expect(dayAfter("2027-12-31")).toBe("2028-01-01");
});
