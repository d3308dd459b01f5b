/** Whether an event is good news, asks for attention, or says that something failed. */

const OK = new Set([
  "invite.accepted",
  "manager.joined",
  "learner.joined",
  "learner.provisioned",
  "join.approved",
  "code.redeemed",
  "access.started",
  "import.finished",
  "seats.approved",
  "license.granted",
  "license.extended",
]);

const ATTENTION = new Set([
  "invites.expired",
  "invites.expiry_summarized",
  "invite.declined",
  "invite.link_requested",
  "join.requested",
  "join.waiting",
  "license.ending",
  "product.retiring",
  "seats.low",
  "accesses.ended",
]);

const FAILED = new Set([
  "invite.delivery_failed",
  "import.failed",
  "import.refused",
  "organization.suspended",
  "seats.out",
  "seats.refused",
  "webhook.disabled",
]);

export function toneOf(type: string): "ok" | "attention" | "failed" | undefined {
  if (OK.has(type)) return "ok";
  if (ATTENTION.has(type)) return "attention";
  return FAILED.has(type) ? "failed" : undefined;
}
