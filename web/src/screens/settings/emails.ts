/** The emails that Usher sends, by whom they go to. */

import type { Schema } from "~/api/types";

export type Template = Schema<"Template"> | "password_code";

export const RECIPIENTS = ["invited", "learners", "joiners", "managers", "team", "everybody"] as const;
export type Recipient = (typeof RECIPIENTS)[number];

/** Every template has its place here: the compiler asks for a new one. */
const RECIPIENT_OF: Record<Template, Recipient> = {
  invite: "invited",
  resent: "invited",
  reminder: "invited",
  start_changed: "invited",
  withdrawn: "invited",
  access_started: "learners",
  access_start_changed: "learners",
  access_released: "learners",
  verification_link: "joiners",
  join_approved: "joiners",
  join_refused: "joiners",
  join_waiting: "joiners",
  seats_low_notice: "managers",
  seats_out_notice: "managers",
  ending_notice: "managers",
  retiring_notice: "managers",
  staying_notice: "managers",
  declined_notice: "managers",
  expired_notice: "managers",
  join_requested_notice: "managers",
  link_requested_notice: "managers",
  import_finished_notice: "managers",
  joined_notice: "managers",
  suspended_notice: "managers",
  resumed_notice: "managers",
  team_invite: "team",
  seats_answered: "team",
  support_answered: "team",
  code_copy: "team",
  password_code: "everybody",
};

export const FIRST: Template = "invite";

export const isTemplate = (value: unknown): value is Template =>
  typeof value === "string" && Object.hasOwn(RECIPIENT_OF, value);

export const emailsTo = (recipient: Recipient): Template[] =>
  (Object.keys(RECIPIENT_OF) as Template[]).filter((template) => RECIPIENT_OF[template] === recipient);
