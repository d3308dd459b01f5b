/** What needs the managers now, the most pressing first. */

import type { License, Schema } from "~/api/types";
import type { Tone } from "~/components/StateBadge";
import { seatLevel } from "~/components/seats";

const DAY_MS = 24 * 3600 * 1000;
/** Days before the end from which on a license stands out: managers get their first notice then, too. */
const ENDING_DAYS = 30;

export type MatterKind =
  | "bounced"
  | "expired"
  | "toAnswer"
  | "out"
  | "low"
  | "ending"
  | "expiringSoon"
  | "waitingForSeat"
  | "importing"
  | "seatRequests"
  | "supportRequests";

export interface Matter {
  kind: MatterKind;
  count: number;
  tone: Tone;
  /** Where it is seen to, below the organization. */
  to: string;
  /** The license that it is about. */
  license?: License;
}

export function mattersOf(overview: Schema<"Overview">, now: Date): Matter[] {
  const { invites, join_requests: people, open_requests: requests } = overview;
  const valid = overview.seats.filter((license) => new Date(license.valid_until) > now);
  const matters: Matter[] = [
    {
      kind: "bounced",
      count: invites.bounced,
      tone: "failed",
      to: "invites?show=bounced",
    },
    { kind: "expired", count: invites.expired, tone: "attention", to: "invites?expired=true" },
    { kind: "toAnswer", count: people.pending, tone: "attention", to: "join-page" },
    ...valid.flatMap((license) => seatMatters(license)),
    ...valid.flatMap((license) => endMatters(license, now)),
    { kind: "expiringSoon", count: invites.expiring_soon, tone: "waiting", to: "invites?show=waiting" },
    { kind: "waitingForSeat", count: people.waiting, tone: "waiting", to: "join-page?state=waiting" },
    { kind: "importing", count: overview.imports_running, tone: "running", to: "imports" },
    { kind: "seatRequests", count: requests.seats, tone: "waiting", to: "requests" },
    { kind: "supportRequests", count: requests.support, tone: "waiting", to: "requests?kind=support" },
  ];
  return matters.filter((matter) => matter.count > 0 || matter.kind === "out");
}

function seatMatters(license: License): Matter[] {
  const level = seatLevel(license.seats);
  if (level === "enough") return [];
  const tone = level === "out" ? "failed" : "attention";
  return [{ kind: level, count: license.seats.available, tone, to: `licenses/${license.id}`, license }];
}

function endMatters(license: License, now: Date): Matter[] {
  const left = new Date(license.valid_until).getTime() - now.getTime();
  if (left > ENDING_DAYS * DAY_MS) return [];
  return [
    {
      kind: "ending",
      count: Math.ceil(left / DAY_MS),
      tone: "attention",
      to: `licenses/${license.id}`,
      license,
    },
  ];
}
