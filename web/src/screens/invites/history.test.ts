import { expect, test } from "vitest";
import { deliveryOf, type HistoryEvent, inviteIn, textOf } from "./history";

const ref = (id: string, number: number) => ({ id, number });
const event = (type: string, data: object) => ({ type, data }) as unknown as HistoryEvent;

const created = event("invites.created", { invites: [ref("other", 1), ref("one", 1)] });
const bounced = event("invite.delivery_failed", { invite: ref("one", 1), delivery: "bounced" });
const resent = event("invite.resent", { invite: ref("one", 2) });
const again = event("invite.resent", { invite: ref("one", 3) });
const events = [again, resent, bounced, created];
const invite = {
  id: "one",
  delivery: "delivered",
  sent: { count: 3, last_at: "2026-11-26T10:00:00Z" },
} as const;

test("an invite is found in events of one and of many", () => {
  expect(inviteIn(created, "one")?.number).toBe(1);
  expect(inviteIn(resent, "other")).toBeUndefined();
});

test("each sending says what became of it", () => {
  expect(events.map((one) => deliveryOf(one, events, invite))).toEqual([
    "delivered",
    "replaced",
    null,
    "bounced",
  ]);
});

test("what the history has no words for is told by its name", () => {
  expect(textOf(resent)).toBe("invite_resent");
  expect(textOf(event("learner.joined", {}))).toBe("other");
});
