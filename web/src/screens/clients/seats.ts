/** What can be given to a client, and what comes back from it. */

import type { License } from "~/api/types";

/** The licenses of which a client can be given seats: no sublicense of them yet, not over, and with a free seat. */
export function givable(licenses: readonly License[], given: readonly License[], now: Date): License[] {
  const taken = new Set(given.map((one) => one.parent));
  return licenses.filter(
    (license) => !taken.has(license.id) && license.seats.available > 0 && new Date(license.valid_until) > now,
  );
}

/** The seats of a client that are in use, and those that come back to the provider before it is closed. */
export function seatsOf(sublicenses: readonly License[]): { inUse: number; free: number } {
  return {
    inUse: sublicenses.reduce((sum, { seats }) => sum + seats.assigned, 0),
    free: sublicenses.reduce((sum, { seats }) => sum + seats.available, 0),
  };
}
