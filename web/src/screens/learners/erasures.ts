/** Orders to erase learners: how far each has come. */

import type { Schema } from "~/api/types";

type Erasure = Schema<"Erasure">;

export type ErasureState = "running" | "done" | "failed";

/** One that was given up can still be carried out by whoever runs Usher: then it is done. */
export function stateOf({ done_at, failed_at }: Pick<Erasure, "done_at" | "failed_at">): ErasureState {
  if (done_at) return "done";
  return failed_at ? "failed" : "running";
}

export const TONES = { running: "running", done: "ok", failed: "failed" } as const;
