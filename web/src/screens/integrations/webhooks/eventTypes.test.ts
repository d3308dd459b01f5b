import { expect, test } from "vitest";
import { typesBySubject } from "./eventTypes";

test("the types stand by what they are about, each once", () => {
  const groups = typesBySubject();

  expect(groups[0]?.[0]).toBe("invites");
  expect(new Map(groups).get("requests")).toContain("seats.requested");
  const types = groups.flatMap(([, of]) => of);
  expect(new Set(types).size).toBe(types.length);
});
