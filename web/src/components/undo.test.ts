import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Pending, scheduleUndoable, UNDO_MS } from "./undo";

const run = vi.fn(() => Promise.resolve());
const onFailed = vi.fn();
let page: EventTarget;

const scheduled = (): Pending => scheduleUndoable({ run, onSettled: () => undefined, onFailed, page });

beforeEach(() => {
  vi.useFakeTimers();
  run.mockClear();
  onFailed.mockClear();
  page = new EventTarget();
});

afterEach(() => {
  vi.useRealTimers();
});

test("it is done after ten seconds, once", () => {
  const pending = scheduled();
  vi.advanceTimersByTime(UNDO_MS - 1);
  expect(run).not.toHaveBeenCalled();

  vi.advanceTimersByTime(1);

  expect(run).toHaveBeenCalledOnce();
  expect(pending.undo()).toBe(false);
});

test("what is undone is never done", () => {
  const pending = scheduled();

  expect(pending.undo()).toBe(true);
  page.dispatchEvent(new Event("pagehide"));
  vi.advanceTimersByTime(2 * UNDO_MS);

  expect(run).not.toHaveBeenCalled();
});

test("what is pending when the page is left is done then, and not again", () => {
  scheduled();
  page.dispatchEvent(new Event("pagehide"));
  vi.advanceTimersByTime(2 * UNDO_MS);

  expect(run).toHaveBeenCalledOnce();
});

test("a refusal is told", async () => {
  run.mockRejectedValueOnce(new Error("refused"));
  const pending = scheduled();
  await pending.runNow();

  expect(onFailed).toHaveBeenCalledOnce();
});
