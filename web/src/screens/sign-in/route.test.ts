import { expect, test } from "vitest";
import { ownAddress } from "./route";

test("after signing in one goes on to where one wanted to", () => {
  expect(ownAddress("/organizations/01A/team?state=pending")).toBe("/organizations/01A/team?state=pending");
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", 7])(
  "%s leads to no other site",
  (next) => {
    expect(ownAddress(next)).toBeUndefined();
  },
);
