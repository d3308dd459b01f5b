import { expect, test } from "vitest";
import { conflictsOf, rebase } from "../drafts";
import { changeOf, type Values } from "./values";

const known: Values = {
  name: "Harbor",
  slug: "harbor",
  time_zone: "Europe/Zurich",
  language: "en",
  invite_days: 10,
  require_group: false,
  color: "#1f4e79",
  welcome: "",
};

test("what was changed is sent alone", () => {
  expect(changeOf(known, { ...known, invite_days: "14", color: "#aa0022" })).toEqual({
    invite_days: 14,
    branding: { color: "#aa0022", welcome: undefined },
  });
  expect(changeOf(known, known)).toEqual({});
});

test("two managers at once are in conflict where both changed the same setting to something else", () => {
  const draft = { ...known, name: "Mine", slug: "both", invite_days: 20 };
  const now = { ...known, name: "Theirs", slug: "both", time_zone: "UTC" };

  expect(conflictsOf(known, now, draft)).toEqual(["name"]);
});

test("what is loaded anew goes under what was changed", () => {
  const draft = { ...known, name: "Mine", slug: "both" };
  const rebased = rebase(known, { ...known, name: "Theirs", slug: "both", time_zone: "UTC" }, draft);

  expect(rebased.draft).toEqual({ ...draft, time_zone: "UTC" });
  expect(changeOf(rebased.known, rebased.draft)).toEqual({ name: "Mine" });
});
