/** What an event says about one person: a large batch names many. */

import type { Schema } from "~/api/types";

interface License {
  product: { name: string };
}

interface Access {
  email: string;
  license: License;
  start_at: string | null;
}

interface Invite {
  email: string;
  licenses: License[];
  groups: { name: string }[];
  access_start: string | null;
}

/** The members of events' data that are told; each event has some of them. */
interface Data {
  access?: Access;
  accesses?: Access[];
  started?: Access[];
  scheduled?: Access[];
  invite?: Invite;
  invites?: Invite[];
  license?: License | null;
  group?: { name: string } | null;
}

export interface Facts {
  /** Names of courses and groups. */
  about: string[];
  /** When access starts, where the event says. */
  startsAt: string | null;
}

export function factsOf(event: Schema<"Event">, email: string): Facts {
  const data = event.data as unknown as Data;
  const accesses = [
    data.access,
    ...(data.accesses ?? []),
    ...(data.started ?? []),
    ...(data.scheduled ?? []),
  ].filter((access) => access?.email === email);
  const invites = [data.invite, ...(data.invites ?? [])].filter((invite) => invite?.email === email);
  const names = [
    ...accesses.map((access) => access?.license.product.name),
    ...invites.flatMap((invite) => invite?.licenses.map((license) => license.product.name)),
    data.license?.product.name,
    ...invites.flatMap((invite) => invite?.groups.map((group) => group.name)),
    data.group?.name,
  ];
  const start = [...accesses.map((access) => access?.start_at), ...invites.map((one) => one?.access_start)];
  return {
    about: [...new Set(names.filter((name) => name !== undefined))],
    startsAt: start.find((moment) => typeof moment === "string") ?? null,
  };
}
