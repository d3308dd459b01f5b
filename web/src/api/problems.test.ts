import { expect, test } from "vitest";
import { ApiProblem, ConnectionFailed, isWorthRetrying, problemOf } from "./problems";

const refused = {
  code: "invalid",
  title: "The request is invalid",
  detail: "Two fields are wrong.",
  next_action: "Correct the fields.",
  errors: [{ field: "email", reason: "no address" }, { field: "role", reason: "unknown" }, null, "odd"],
  retry_after: 60,
};

test("a problem keeps what to do now and which field was refused", () => {
  const problem = problemOf(422, refused);

  expect(problem.code).toBe("invalid");
  expect(problem.nextAction).toBe("Correct the fields.");
  expect(problem.reasonFor("email")).toBe("no address");
  expect(problem.reasonFor("first_name")).toBeUndefined();
  expect(problem.fields).toHaveLength(2);
  expect(problem.retryAfter).toBe(60);
});

test("an answer that is no problem document is still an error with its status", () => {
  for (const body of [undefined, null, "<html>", { message: "Bad Gateway" }]) {
    const problem = problemOf(502, body);

    expect(problem.code).toBe("http_502");
    expect(problem.isServerError).toBe(true);
    expect(problem.fields).toEqual([]);
  }
});

test("what was refused is not asked again, what failed on the way is, twice", () => {
  expect(isWorthRetrying(0, problemOf(409, refused))).toBe(false);
  expect(isWorthRetrying(0, problemOf(503, refused))).toBe(true);
  expect(isWorthRetrying(1, new ConnectionFailed())).toBe(true);
  expect(isWorthRetrying(2, new ConnectionFailed())).toBe(false);
  expect(isWorthRetrying(0, new TypeError("a mistake of ours"))).toBe(false);
});

test("a conflict says that what is shown is out of date", () => {
  expect(problemOf(409, refused).isStale).toBe(true);
  expect(new ApiProblem(403, "forbidden", "", "", "").isStale).toBe(false);
});
