import { expect, test } from "vitest";
import { emailsTo, isTemplate, RECIPIENTS } from "./emails";
import { mutedAfter } from "./notices";

test("each email goes to somebody", () => {
  const all = RECIPIENTS.flatMap(emailsTo);
  expect(new Set(all).size).toBe(all.length);
  expect(all.every(isTemplate)).toBe(true);
  expect(RECIPIENTS.every((recipient) => emailsTo(recipient).length > 0)).toBe(true);
});

test.each(["nonsense", 3, undefined, "toString"])("%s is no email", (value) => {
  expect(isTemplate(value)).toBe(false);
});

test("a notice that is switched leaves the others as they are", () => {
  expect(mutedAfter(["seats_low"], "seats_out", false)).toEqual(["seats_low", "seats_out"]);
  expect(mutedAfter(["seats_low", "seats_out"], "seats_low", true)).toEqual(["seats_out"]);
  expect(mutedAfter(["seats_low"], "seats_low", false)).toEqual(["seats_low"]);
});
