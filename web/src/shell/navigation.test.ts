import { expect, test } from "vitest";
import { entriesFor, ORGANIZATION_NAVIGATION } from "./navigation";

const everything = () => true;
const names = (entries: { name: string }[]) => entries.map((entry) => entry.name);

test("the navigation has the order that managers look for things in", () => {
  expect(names([...ORGANIZATION_NAVIGATION]).join(" ")).toBe(
    "overview licenses invites learners groups imports codes join-page clients team reports events requests " +
      "integrations settings",
  );
});

test("what a limited manager may not do is absent", () => {
  const limited = names(entriesFor({ permissions: new Set(["read"]), provider: null }, everything));

  expect(limited).not.toContain("imports");
  expect(limited).not.toContain("integrations");
  expect(limited).toContain("licenses");
});

test("a client has no clients", () => {
  const client = { permissions: new Set(["read"] as const), provider: "01PROVIDER" };

  expect(names(entriesFor(client, everything))).not.toContain("clients");
});

test("an entry without a screen is not shown", () => {
  const reader = { permissions: new Set(["read"] as const), provider: null };

  expect(names(entriesFor(reader, (name) => name === "team"))).toEqual(["team"]);
});
