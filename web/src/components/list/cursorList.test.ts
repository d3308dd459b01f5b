import { expect, test } from "vitest";
import { type CursorPage, filledPage } from "./cursorList";

const PAGES: Record<string, CursorPage<number>> = {
  first: { items: [], next: "second" },
  second: { items: [], next: "third" },
  third: { items: [1, 2], next: "fourth" },
  fourth: { items: [], next: null },
};

test("reads on while a page has no rows, so that an empty one is the end of the list", async () => {
  const asked: (string | undefined)[] = [];
  const fetchPage = (cursor: string | undefined) => {
    asked.push(cursor);
    return Promise.resolve(PAGES[cursor ?? "first"] as CursorPage<number>);
  };
  const { signal } = new AbortController();

  expect(await filledPage(fetchPage, undefined, signal)).toEqual(PAGES.third);
  expect(await filledPage(fetchPage, "fourth", signal)).toEqual(PAGES.fourth);
  expect(asked).toEqual([undefined, "second", "third", "fourth"]);
});

test("stops where a page cannot be read", async () => {
  const fetchPage = (cursor: string | undefined) =>
    cursor ? Promise.reject(new Error("gone")) : Promise.resolve(PAGES.first as CursorPage<number>);

  await expect(filledPage(fetchPage, undefined, new AbortController().signal)).rejects.toThrow("gone");
});
