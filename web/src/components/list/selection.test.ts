import { expect, test } from "vitest";
import { isSelected, NONE, type Selected, toggled, toggledAll } from "./selection";

const LOADED = ["a", "b", "c"];
const ids = (selected: Selected) => (selected.kind === "some" ? [...selected.ids].sort() : "all");

test("a second click takes a row out again", () => {
  const once = toggled(NONE, "a", LOADED);

  expect(ids(once)).toEqual(["a"]);
  expect(ids(toggled(once, "a", LOADED))).toEqual([]);
});

test("of all that match, the loaded ones stay when one is taken out", () => {
  const all: Selected = { kind: "all-matching" };

  expect(isSelected(all, "never loaded")).toBe(true);
  expect(ids(toggled(all, "b", LOADED))).toEqual(["a", "c"]);
});

test("the head's box selects all that are loaded, and none where all are", () => {
  const all = toggledAll(NONE, LOADED);

  expect(ids(all)).toEqual(LOADED);
  expect(ids(toggledAll(all, LOADED))).toEqual([]);
  expect(ids(toggledAll(toggled(all, "b", LOADED), LOADED))).toEqual(LOADED);
  expect(ids(toggledAll(NONE, []))).toEqual([]);
});
