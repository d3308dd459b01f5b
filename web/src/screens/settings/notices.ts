/** The notices that a manager can switch off, in groups, each with the email that it is. */

import type { Schema } from "~/api/types";

export type Notice = Schema<"Notice">;

export const GROUPS = ["seats", "people", "work"] as const;
export type NoticeGroup = (typeof GROUPS)[number];

/** Every notice has its place here: the compiler asks for a new one. */
const PLACES: Record<Notice, { group: NoticeGroup; email: Schema<"Template"> }> = {
  seats_low: { group: "seats", email: "seats_low_notice" },
  seats_out: { group: "seats", email: "seats_out_notice" },
  license_ending: { group: "seats", email: "ending_notice" },
  product_retiring: { group: "seats", email: "retiring_notice" },
  join_requested: { group: "people", email: "join_requested_notice" },
  invite_declined: { group: "people", email: "declined_notice" },
  invites_expired: { group: "people", email: "expired_notice" },
  link_requested: { group: "people", email: "link_requested_notice" },
  manager_joined: { group: "people", email: "joined_notice" },
  import_finished: { group: "work", email: "import_finished_notice" },
  support_answered: { group: "work", email: "support_answered" },
};

export const emailOf = (notice: Notice): Schema<"Template"> => PLACES[notice].email;

export const noticesIn = (group: NoticeGroup): Notice[] =>
  (Object.keys(PLACES) as Notice[]).filter((notice) => PLACES[notice].group === group);

/** What is muted once a notice is switched: whatever else is, as it is now, stays so. */
export const mutedAfter = (muted: readonly Notice[], notice: Notice, on: boolean): Notice[] =>
  on ? muted.filter((one) => one !== notice) : [...new Set([...muted, notice])];
