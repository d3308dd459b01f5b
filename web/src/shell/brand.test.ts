import { expect, test } from "vitest";
import { contrast, parseColor, shadesOf, TEXT_CONTRAST, USHER_COLOR } from "./brand";

const COLORS = ["#1f4e79", "#ffcc00", "#ffffff", "#000000", "#00ff66", "#e11d48", "#7f7f7f"];

test("contrast is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test.each(COLORS)("white text is readable on every filled shade of %s", (color) => {
  for (const shade of shadesOf(color).slice(6)) {
    expect(contrast(shade, "#ffffff")).toBeGreaterThanOrEqual(TEXT_CONTRAST);
  }
});

test.each(COLORS)("dark text of the brand is readable on its lightest shades: %s", (color) => {
  const shades = shadesOf(color);

  expect(contrast(shades[8], shades[0])).toBeGreaterThanOrEqual(TEXT_CONTRAST);
  expect(contrast(shades[9], shades[1])).toBeGreaterThanOrEqual(TEXT_CONTRAST);
});

test("a color that is readable already is kept as it is", () => {
  expect(shadesOf(USHER_COLOR)[6]).toBe(USHER_COLOR);
});

test("what is no color is Usher's own", () => {
  expect(parseColor("blue")).toBeNull();
  expect(shadesOf("")).toEqual(shadesOf(USHER_COLOR));
});
