/** Addresses that were pasted and understood, as what is sent again: the API alone knows how they are read. */

import type { Schema } from "~/api/types";

type Previewed = Schema<"PreviewedInvite">;

/** Write one address with its name, so that it is read as it was read before. */
export function textOf({ outcome, email, first_name, last_name }: Previewed): string {
  if (outcome === "invalid") return email;
  const name = last_name ? `${last_name}, ${first_name}` : first_name;
  return name ? `${name} <${email}>` : email;
}

/** Whether the address will get an email. */
export const isInvited = (one: Pick<Previewed, "outcome">): boolean => one.outcome === "invited";

const ORDER: Record<Schema<"Outcome">, number> = {
  invalid: 0,
  no_seat: 1,
  too_many_emails: 2,
  duplicate: 3,
  already_assigned: 4,
  already_invited: 5,
  invited: 6,
};

/** Put first what asks for something. */
export function byUrgency<One extends { outcome: Schema<"Outcome"> }>(results: readonly One[]): One[] {
  return results.toSorted((a, b) => ORDER[a.outcome] - ORDER[b.outcome]);
}
