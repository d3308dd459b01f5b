import { describe, expect, it } from "vitest";
import { LANGUAGES } from "~/texts";
import { addressOf, fileOf, WAYS, type Way } from "./pictures";

describe("the guide's pictures", () => {
  it.each([...LANGUAGES])("are all there in %s", (language) => {
    for (const way of Object.keys(WAYS) as Way[]) {
      WAYS[way].forEach((step, index) => {
        const file = fileOf(way, index + 1, step);
        expect(addressOf(file, language)).toContain(`/${language}/${file}`);
      });
    }
  });
});
