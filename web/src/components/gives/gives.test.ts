import { expect, test } from "vitest";
import { givesOf, groupValue, NOTHING, valuesOf } from "./gives";

test("several licenses are chosen beside each other", () => {
  expect(givesOf(["first", "second"])).toEqual({ licenses: ["first", "second"], group: null });
});

test("a group takes the place of the licenses that were chosen before", () => {
  expect(givesOf(["first", groupValue("night")])).toEqual({ licenses: [], group: "night" });
});

test("a license takes the place of a group", () => {
  expect(givesOf([groupValue("night"), "first"])).toEqual({ licenses: ["first"], group: null });
});

test("what was chosen is read as it was written", () => {
  for (const gives of [NOTHING, { licenses: ["a", "b"], group: null }, { licenses: [], group: "g" }]) {
    expect(givesOf(valuesOf(gives))).toEqual(gives);
  }
});
