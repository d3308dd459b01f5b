import { expect, test } from "vitest";
import { outcomeOf } from "./bulk";

const refused = (id: string, code: string) =>
  ({
    id,
    outcome: "refused",
    error: { type: "", status: 409, code, title: code, detail: "", next_action: "" },
  }) as never;
const done = (id: string) => ({ id, outcome: "done", invite: {} }) as never;

test("what was refused is told once for each reason", () => {
  const outcome = outcomeOf([
    done("1"),
    refused("2", "already_accepted"),
    refused("3", "no_seats"),
    refused("4", "already_accepted"),
  ]);

  expect(outcome.done).toBe(1);
  expect(outcome.refused.map(({ problem, invites }) => [problem.code, invites])).toEqual([
    ["already_accepted", ["2", "4"]],
    ["no_seats", ["3"]],
  ]);
});
