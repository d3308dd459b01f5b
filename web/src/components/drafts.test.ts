import { expect, test } from "vitest";
import { changesOf, conflictsOf, rebase } from "./drafts";

const known = { name: "Harbor", domains: ["harbor.example"], grant: { licenses: ["a"], group: null } };

test("fields are compared by what they hold", () => {
  const draft = { ...known, domains: ["harbor.example"], grant: { licenses: ["a", "b"], group: null } };

  expect(changesOf(known, draft)).toEqual({ grant: draft.grant });
});

test("two who want the same are in no conflict, and what others changed is taken over", () => {
  const draft = { ...known, domains: ["both.example"], name: "Mine" };
  const now = { ...known, domains: ["both.example"], grant: { licenses: [], group: "g" as never } };

  expect(conflictsOf(known, now, draft)).toEqual([]);
  expect(rebase(known, now, draft).draft).toEqual({ ...now, name: "Mine" });
});
