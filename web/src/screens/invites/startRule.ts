/** Where a start of access may be chosen or moved (DESIGN 2, Start of access). */

import type { Schema } from "~/api/types";
import { dayIn } from "~/components/dates";

type Terms = Pick<Schema<"Terms">, "product" | "flex" | "starts_at" | "valid_from" | "valid_until">;
type Invite = Pick<Schema<"Invite">, "state" | "expired" | "licenses" | "access_start">;

/** Whether a date may be chosen: of several licenses each has to allow it, of groups any. */
export function mayChooseStart(licenses: readonly Terms[], kind: "licenses" | "groups"): boolean {
  const allows = (one: Terms) => one.product.kind !== "subscription";
  if (licenses.length === 0) return false;
  return kind === "groups" ? licenses.some(allows) : licenses.every(allows);
}

/** Whether the start can still be moved: while it waits, or accepted with the start to come. */
export function mayMoveStart(invite: Invite, now: Date): boolean {
  const movable = invite.licenses.filter((one) => one.product.kind !== "subscription" || one.flex);
  if (movable.length === 0) return false;
  if (invite.state === "pending") return !invite.expired;
  if (invite.state !== "accepted") return false;
  return movable.some((one) => {
    const start = invite.access_start ?? one.starts_at;
    return start !== null && new Date(start) > now;
  });
}

/** Return the first and the last day that can be chosen, in the zone: within all licenses, and not in the past. */
export function choosableDays(
  licenses: readonly Pick<Terms, "valid_from" | "valid_until">[],
  now: Date,
  timeZone: string,
): { first: string; last: string | undefined } {
  const starts = [now.getTime(), ...licenses.map((one) => new Date(one.valid_from).getTime())];
  const ends = licenses.map((one) => new Date(one.valid_until).getTime() - 1000);
  return {
    first: dayIn(new Date(Math.max(...starts)), timeZone),
    last: ends.length > 0 ? dayIn(new Date(Math.min(...ends)), timeZone) : undefined,
  };
}
