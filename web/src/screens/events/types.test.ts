import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TYPES } from "./types";

interface Described {
  components: { schemas: { Event: { discriminator: { mapping: Record<string, string> } } } };
}

const described = JSON.parse(
  readFileSync(new URL("../../../../openapi.json", import.meta.url), "utf8"),
) as Described;
const ALL = Object.keys(described.components.schemas.Event.discriminator.mapping);

test("every type of event that an organization can have can be chosen", () => {
  expect(ALL.filter((type) => !(TYPES as readonly string[]).includes(type))).toEqual([
    "product.changed",
    "product.created",
    "product.retirement_lifted",
    "product.retirement_set",
  ]);
});
