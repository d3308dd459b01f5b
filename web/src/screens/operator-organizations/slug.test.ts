import { expect, test } from "vitest";
import { slugOf } from "./slug";

test("a short name has letters, digits and single dashes alone", () => {
  expect(slugOf("  Müller & Söhne AG ")).toBe("muller-sohne-ag");
  expect(slugOf("Übung 24/7!")).toBe("ubung-24-7");
  expect(slugOf("x".repeat(60))).toHaveLength(48);
});
