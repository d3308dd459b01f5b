/** The shades that pages and emails make of an organization's color, so that it can be read (WCAG 2.2). */

import { contrast, parseColor, TEXT_CONTRAST } from "~/shell/brand";

export interface Palette {
  brand: string;
  /** The color of text on the brand: white or black, whichever can be read better. */
  onBrand: string;
  /** The brand for text on a light surface, darkened as far as it needs. */
  ink: string;
  /** The contrast of `onBrand` on the brand, and of the brand itself on a light surface. */
  ofText: number;
  ofLinks: number;
}

/** The darkest surface that links are drawn on. */
const PAPER = "#f4f5f7";
const DARKENING = 0.95;

/** Return the palette of a color, as the server makes it (usher/domain/colors.py); null for what is no color. */
export function paletteOf(color: string): Palette | null {
  let parts: readonly number[] | null = parseColor(color);
  if (!parts) return null;
  const brand = written(parts);
  while (contrast(written(parts), PAPER) < TEXT_CONTRAST) {
    parts = parts.map((part) => Math.trunc(part * DARKENING));
  }
  const onBrand = contrast("#ffffff", brand) >= contrast("#000000", brand) ? "#ffffff" : "#000000";
  return {
    brand,
    onBrand,
    ink: written(parts),
    ofText: contrast(onBrand, brand),
    ofLinks: contrast(brand, PAPER),
  };
}

const written = (color: readonly number[]) =>
  `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
