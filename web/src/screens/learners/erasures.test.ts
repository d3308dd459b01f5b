import { expect, test } from "vitest";
import { stateOf } from "./erasures";

const AT = "2027-01-31T08:00:00Z";

test.each([
  [null, null, "running"],
  [AT, null, "done"],
  [null, AT, "failed"],
  [AT, AT, "done"], // carried out after it was given up
] as const)("an erasure done at %s and failed at %s is %s", (done_at, failed_at, state) => {
  expect(stateOf({ done_at, failed_at })).toBe(state);
});
