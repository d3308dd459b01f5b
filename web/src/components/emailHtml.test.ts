import { expect, test } from "vitest";
import { separateStyles } from "./emailHtml";

test("styles are parted from the markup, which says the same otherwise", () => {
  const { markup, css } = separateStyles(
    `<style>a { color: red }</style><p class="by" style="margin: 0">style= stays</p><style media="screen">p {}</style>`,
  );

  expect(markup).toBe(`<p class="by" data-style="margin: 0">style= stays</p>`);
  expect(css).toBe("a { color: red }\np {}");
});
