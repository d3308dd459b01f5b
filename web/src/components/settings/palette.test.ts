import { expect, test } from "vitest";
import { faultOf } from "./logo";
import { paletteOf } from "./palette";

test.each([
  ["#1f4e79", "#ffffff", "#1f4e79"],
  ["#ffd400", "#000000", "#856e00"],
  ["#FF7A00", "#000000", "#af5200"],
])("the text on %s is %s, and links are %s, as the server draws them", (color, onBrand, ink) => {
  expect(paletteOf(color)).toMatchObject({ brand: color.toLowerCase(), onBrand, ink });
});

test("what is no color has no palette", () => {
  expect(paletteOf("#12345")).toBeNull();
});

test.each([
  ["image/png", 999_999, null],
  ["image/svg+xml", 10, "type"],
  ["image/webp", 1_000_001, "size"],
])("a logo of the type %s with %d bytes: %s", (type, size, fault) => {
  expect(faultOf({ type, size })).toBe(fault);
});
