import { expect, test } from "vitest";
import { changedSettings, draftOf, givesAnything, settingsOf } from "./settings";

const page = {
  version: 3,
  enabled: true,
  slug: "acme",
  url: "https://usher.example/join/acme",
  licenses: ["first"],
  group: null,
  gives: { licenses: [], group: null },
  domains: ["acme.example", "acme.test"],
  addresses: ["ann@else.example"],
  approval: true,
  when_full: "waiting_list" as const,
  language: null,
};

test("settings that nobody changed are sent as they were", () => {
  const { url: _, gives: __, ...settings } = page;
  expect(settingsOf(draftOf(page))).toEqual(settings);
});

test("domains are understood in any form, as they stand in addresses, too", () => {
  const draft = { ...draftOf(page), domains: " @acme.example, acme.test;x.example\n" };
  expect(settingsOf(draft).domains).toEqual(["acme.example", "acme.test", "x.example"]);
});

test("what somebody else has changed is named, and the version is no setting", () => {
  const theirs = { ...page, version: 4, domains: [], language: "de" as const };
  expect(changedSettings(page, theirs)).toEqual(["domains", "language"]);
});

test("a page that was never set gives nothing", () => {
  expect(givesAnything({ group: null, licenses: [] })).toBe(false);
  expect(givesAnything({ group: "night", licenses: [] })).toBe(true);
});
