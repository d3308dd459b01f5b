import { expect, test } from "vitest";
import { domainsIn } from "./domains";

test("domains are read however they were pasted, each once", () => {
  expect(domainsIn(["Acme.example, @acme.test;", "ann@acme.example", " "])).toEqual([
    "acme.example",
    "acme.test",
  ]);
});
