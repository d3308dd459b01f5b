import { expect, test } from "vitest";
import { byUrgency, textOf } from "./addresses";

const one = {
  invite: null,
  reason: null,
  reason_code: null,
  retry_after: null,
  suggestion: null,
  times: 1,
} as const;

test("an address is sent again with its name", () => {
  const ann = {
    ...one,
    outcome: "invited",
    email: "ann@x.io",
    first_name: "Ann",
    last_name: "van Lee",
  } as const;

  expect(textOf(ann)).toBe("van Lee, Ann <ann@x.io>");
  expect(textOf({ ...ann, last_name: "" })).toBe("Ann <ann@x.io>");
  expect(textOf({ ...ann, first_name: "", last_name: "" })).toBe("ann@x.io");
  expect(textOf({ ...ann, outcome: "invalid", email: "ann@" })).toBe("ann@");
});

test("what asks for something comes first", () => {
  const results = byUrgency([{ outcome: "invited" }, { outcome: "no_seat" }, { outcome: "invalid" }]);

  expect(results.map((result) => result.outcome)).toEqual(["invalid", "no_seat", "invited"]);
});
