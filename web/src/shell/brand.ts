/** Shades of an organization's color, such that text on them is readable in light and dark. */

export type Shades = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

type Rgb = readonly [number, number, number];

export const USHER_COLOR = "#1f4e79";

/** WCAG 2.2, 1.4.3: the contrast that text needs. */
export const TEXT_CONTRAST = 4.5;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** How much of white is in the shades 0 to 5, and of black in 7 to 9; 6 is the color of filled controls. */
const TINTS = [0.93, 0.84, 0.68, 0.52, 0.36, 0.18] as const;
const DARKER = [0.14, 0.28, 0.42] as const;

export function parseColor(color: string): Rgb | null {
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  return parts ? [hex(parts[1]), hex(parts[2]), hex(parts[3])] : null;
}

const hex = (part: string | undefined) => Number.parseInt(part ?? "0", 16);

function luminance([red, green, blue]: Rgb): number {
  const [r, g, b] = [red, green, blue].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: string, other: string): number {
  const [low, high] = [luminance(parseColor(one) ?? BLACK), luminance(parseColor(other) ?? BLACK)].sort(
    (a, b) => a - b,
  ) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const mix = (color: Rgb, other: Rgb, share: number): Rgb =>
  color.map((part, index) => Math.round(part + ((other[index] ?? 0) - part) * share)) as unknown as Rgb;

const written = (color: Rgb) => `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

/** The color, darkened as little as white text on it needs. */
function readableUnderWhite(color: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const darker = mix(color, BLACK, share);
    if (contrast(written(darker), "#ffffff") >= TEXT_CONTRAST) return darker;
  }
  return BLACK;
}

/** Return ten shades from light to dark. White text is readable on 6 to 9, and those are on white. */
export function shadesOf(color: string): Shades {
  const base = readableUnderWhite(parseColor(color) ?? (parseColor(USHER_COLOR) as Rgb));
  return [
    ...TINTS.map((share) => mix(base, WHITE, share)),
    base,
    ...DARKER.map((share) => mix(base, BLACK, share)),
  ].map(written) as unknown as Shades;
}

/** Set the shades for the whole page. By the object model, since the policy refuses inline <style>. */
export function applyShades(shades: Shades, root: HTMLElement): void {
  shades.forEach((shade, index) => {
    root.style.setProperty(`--mantine-color-brand-${index}`, shade);
  });
}
