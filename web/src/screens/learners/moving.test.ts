import { expect, test } from "vitest";
import type { Schema } from "~/api/types";
import { isMovable } from "./moving";

const access = (
  state: Schema<"AccessState">,
  kind: Schema<"ProductKind">,
  method: Schema<"EnrollmentMethod">,
) => ({
  state,
  method,
  product: { id: "01P", name: "First Aid", kind },
  starts_at: "2027-02-01T00:00:00Z",
});

test.each([
  ["scheduled", "course", "group", false, true],
  ["scheduled", "subscription", "group", false, false],
  ["scheduled", "subscription", "invite", true, true],
  ["scheduled", "course", "self_assignment", true, false],
  ["active", "course", "group", true, false],
  ["reserved", "course", "invite", true, false],
] as const)("the start of a %s %s that came by %s, flex %s: %s", (state, kind, method, flex, movable) => {
  expect(isMovable(access(state, kind, method), { flex })).toBe(movable);
});
