/** What a new password must be, and which part of it one is not. */

import type { ApiProblem } from "~/api/problems";

export const SHORTEST = 12;
export const LONGEST = 256;

export type Weakness = "short" | "long" | "spaces" | "common";

/**
 * Return what is wrong with a password that the API refused as too weak; undefined for another refusal.
 *
 * The rules are those of the API, which decides; of the most common passwords it alone has the list.
 */
export function weaknessOf(password: string, { code }: Pick<ApiProblem, "code">): Weakness | undefined {
  if (code !== "weak_password") return undefined;
  const characters = [...password].length;
  if (characters < SHORTEST) return "short";
  if (characters > LONGEST) return "long";
  return password.trim() === password ? "common" : "spaces";
}
