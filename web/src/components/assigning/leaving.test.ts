import { expect, test } from "vitest";
import { withoutAddresses } from "./leaving";

test("whoever is left out is left out alone, however the addresses were pasted", () => {
  const pasted = "Lee, Ann <ann@a.example>; bo@a.example abo@a.example\nmailto:Zoe@a.example";

  expect(withoutAddresses(pasted, ["bo@a.example", "zoe@a.example"])).toBe("ann@a.example\nabo@a.example");
});
