import { beforeEach, expect, test } from "vitest";
import { ConnectionFailed, problemOf } from "~/api/problems";
import { type IdempotencyKey, newIdempotencyKey } from "./idempotencyKey";

let key: IdempotencyKey;
let made: number;

beforeEach(() => {
  made = 0;
  key = newIdempotencyKey(() => `key-${++made}`);
});

test("what was lost on the way is repeated under the same key", () => {
  key.after(new ConnectionFailed());
  key.after(problemOf(503, { code: "busy" }));

  expect(key.value).toBe("key-1");
});

test("after a refusal the next request is a new command", () => {
  key.after(problemOf(409, { code: "no_seats" }));

  expect(key.value).toBe("key-2");
});

test("a form that is changed after an attempt makes another command, before it does not", () => {
  key.changed();
  expect(key.value).toBe("key-1");

  key.after(new ConnectionFailed());
  key.changed();
  key.changed();

  expect(key.value).toBe("key-2");
});
