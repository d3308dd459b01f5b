/** How the people of an address's domain sign in, asked before anybody is signed in. */

import { ConnectionFailed, problemOf } from "./problems";
import type { Schema } from "./types";

/** Return the connections by which an address's people sign in on, of which there may be none. */
export async function discoverConnections(email: string): Promise<Schema<"SignInConnection">[]> {
  const response = await fetch("/v1/session/discover", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  }).catch(() => {
    throw new ConnectionFailed();
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response.status, answer);
  return (answer as Schema<"SignInMethods">).connections;
}
