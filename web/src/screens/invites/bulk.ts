/** Changes of many invites: as many requests as their number needs, each under a key of its own. */

import { api, unwrap } from "~/api/client";
import { type ApiProblem, problemOf } from "~/api/problems";
import type { Schema } from "~/api/types";

/** The most invites of one request. */
export const MOST_AT_ONCE = 500;

export interface BulkOutcome {
  done: number;
  /** What was refused, by its reason. */
  refused: { problem: ApiProblem; invites: string[] }[];
}

export type BulkChange = Pick<Schema<"BulkChange">, "action" | "access_start">;

/** Change the invites. A repetition under the same key changes nothing twice, wherever it broke off. */
export async function changeMany(
  organization: string,
  invites: readonly string[],
  change: BulkChange,
  key: string,
): Promise<BulkOutcome> {
  const results: Schema<"BulkResults">["results"] = [];
  for (let first = 0; first < invites.length; first += MOST_AT_ONCE) {
    const answer = await unwrap(
      api.POST("/v1/organizations/{organization}/invites/bulk", {
        params: {
          path: { organization },
          header: { "Idempotency-Key": first === 0 ? key : `${key}-${first}` },
        },
        body: { ...change, invites: invites.slice(first, first + MOST_AT_ONCE) },
      }),
    );
    results.push(...answer.results);
  }
  return outcomeOf(results);
}

/** Sum the results up: how many were done, and for each reason what was not. */
export function outcomeOf(results: Schema<"BulkResults">["results"]): BulkOutcome {
  const refused = new Map<string, { problem: ApiProblem; invites: string[] }>();
  let done = 0;
  for (const result of results) {
    if (result.outcome === "done") {
      done += 1;
      continue;
    }
    const problem = problemOf(result.error.status, result.error);
    const same = refused.get(problem.code);
    if (same) same.invites.push(result.id);
    else refused.set(problem.code, { problem, invites: [result.id] });
  }
  return { done, refused: [...refused.values()] };
}
