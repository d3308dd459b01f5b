import { expect, test } from "vitest";
import { ServerClock } from "./clock";

const START = Date.parse("2027-01-31T08:00:00Z");

const answer = (date?: string) => ({ headers: new Headers(date ? { date } : {}) });

test("now is by the server's clock, whatever the browser's says", () => {
  let own = START;
  const clock = new ServerClock(() => own);

  clock.note(answer("Wed, 10 Feb 2027 08:00:00 GMT"));
  own += 60_000;

  expect(clock.now().toISOString()).toBe("2027-02-10T08:01:00.000Z");
});

test("a few seconds are the way of the answer, and an answer without a date tells nothing", () => {
  const clock = new ServerClock(() => START);

  clock.note(answer("Sun, 31 Jan 2027 07:59:58 GMT"));
  clock.note(answer());

  expect(clock.now().getTime()).toBe(START);
});

test("the latest answer counts", () => {
  const clock = new ServerClock(() => START);

  clock.note(answer("Wed, 10 Feb 2027 08:00:00 GMT"));
  clock.note(answer("Sun, 31 Jan 2027 08:00:01 GMT"));

  expect(clock.now().getTime()).toBe(START);
});
