import { expect, test } from "vitest";
import type { License, Schema } from "~/api/types";
import { mattersOf } from "./matters";

const NOW = new Date("2027-06-01T08:00:00Z");

const license = (available: number, until: string): License =>
  ({
    id: `license-${available}`,
    valid_until: until,
    seats: { total: 100, assigned: 100 - available, sublicensed: 0, available },
  }) as License;

const overview = (part: Partial<Schema<"Overview">>): Schema<"Overview"> => ({
  as_of: null,
  imports_running: 0,
  invites: {
    accepted: 0,
    bounced: 0,
    declined: 0,
    expired: 0,
    expiring_soon: 0,
    pending: 0,
    withdrawn: 0,
  },
  join_requests: { pending: 0, waiting: 0 },
  last_activity: null,
  learners: 0,
  open_requests: { seats: 0, support: 0 },
  seats: [],
  ...part,
});

const kinds = (part: Partial<Schema<"Overview">>) => mattersOf(overview(part), NOW).map(({ kind }) => kind);

test("nothing needs anybody where all is well", () => {
  expect(kinds({ seats: [license(50, "2028-01-01T00:00:00Z")] })).toEqual([]);
});

test("a license without seats, with few, and one that ends stand out", () => {
  const seats = [
    license(0, "2028-01-01T00:00:00Z"),
    license(10, "2028-01-01T00:00:00Z"),
    license(50, "2027-06-20T00:00:00Z"),
  ];

  expect(kinds({ seats })).toEqual(["out", "low", "ending"]);
});

test("a license that is over needs nobody any more", () => {
  expect(kinds({ seats: [license(0, "2027-06-01T00:00:00Z")] })).toEqual([]);
});

test("expired invites lead to the list of them, which emails lead to as well", () => {
  const invites = { ...overview({}).invites, expired: 2, bounced: 1 };
  const matters = mattersOf(overview({ invites }), NOW);

  expect(matters.map(({ kind, count }) => [kind, count])).toEqual([
    ["bounced", 1],
    ["expired", 2],
  ]);
  expect(matters[1]?.to).toBe("invites?expired=true");
});
