/** What an event says: who is named, what it is about, and where one can read more. */

import type { Schema } from "~/api/types";
import { type NamedEvent, withActorNames } from "~/components/actors";

/** An event, with its actor's name, and the id of its person where it names one alone. */
export type LogEvent = NamedEvent & { person: string | null };

/** Return the events of a page with their actors' names and the ids of their people. */
export function logEventsOf(page: Schema<"EventPage">): { items: LogEvent[]; next: string | null } {
  const { items, next } = withActorNames(page);
  return {
    items: items.map((event) => ({ ...event, person: personOf(peopleIn(event), page.people) })),
    next,
  };
}

/** The id of the one person whom an event names. */
function personOf([email, ...others]: string[], people: Schema<"EventPage">["people"]): string | null {
  return (email && others.length === 0 && people[email]) || null;
}

interface Named {
  name: string;
}

interface License {
  id: string;
  product: Named;
}

interface Person {
  email: string;
}

interface Access extends Person {
  license: License;
  start_at: string | null;
}

interface Invite extends Person {
  id: string;
  kind: "learner" | "team";
  licenses: License[];
  groups: (Named & { id: string })[];
  access_start: string | null;
}

/** The members of events' data that are told; each event has some of them (docs/events.md). */
interface Data {
  access?: Access;
  accesses?: Access[];
  started?: Access[];
  scheduled?: Access[];
  invite?: Invite;
  invites?: Invite[];
  license?: License | null;
  product?: Named;
  products?: Named[];
  group?: (Named & { id: string }) | null;
  person?: Person;
  manager?: Person & { role: string };
  email?: string | null;
  emails?: string[];
  code?: { text: string } | null;
  terms?: { licenses: License[]; group: Named | null };
  client?: Named & { id: string };
  connection?: Named;
  webhook?: { host: string };
  api_key?: Named;
  learner_import?: { id: string; file_name: string };
  name?: string;
  previous_name?: string;
  domain?: string;
  copy_to?: string | null;
  count?: number;
  seats?: number;
  available?: number;
  invited?: number;
  change?: number;
  kind?: string;
  training?: string | null;
  request?: string;
  ends_at?: string;
  valid_until?: string;
  retires_at?: string;
}

export const dataOf = (event: Pick<LogEvent, "data">) => event.data as unknown as Data;

const distinct = (values: (string | null | undefined)[]): string[] => [
  ...new Set(values.filter((value): value is string => Boolean(value))),
];

const accessesOf = (data: Data) => [
  ...(data.access ? [data.access] : []),
  ...(data.accesses ?? []),
  ...(data.started ?? []),
  ...(data.scheduled ?? []),
];

const invitesOf = (data: Data) => [...(data.invite ? [data.invite] : []), ...(data.invites ?? [])];

/** The addresses of the people whom it is about. */
export function peopleIn(event: Pick<LogEvent, "data">): string[] {
  const data = dataOf(event);
  return distinct([
    ...invitesOf(data).map((invite) => invite.email),
    ...(data.emails ?? []),
    data.email,
    data.person?.email,
    data.manager?.email,
    ...accessesOf(data).map((access) => access.email),
  ]);
}

/** The products that it is about; where there are none, the groups. */
export function thingsIn(event: Pick<LogEvent, "data">): string[] {
  const data = dataOf(event);
  const licenses = [
    ...(data.license ? [data.license] : []),
    ...invitesOf(data).flatMap((invite) => invite.licenses),
    ...accessesOf(data).map((access) => access.license),
    ...(data.terms?.licenses ?? []),
  ];
  const products = distinct([
    ...licenses.map((license) => license.product.name),
    data.product?.name,
    ...(data.products ?? []).map((product) => product.name),
  ]);
  if (products.length > 0) return products;
  const groups = invitesOf(data).flatMap((invite) => invite.groups.map((group) => group.name));
  return distinct([...groups, data.terms?.group?.name, data.group?.name]);
}

export const isOfTeam = (event: Pick<LogEvent, "data">): boolean =>
  invitesOf(dataOf(event)).some((invite) => invite.kind === "team");

/** What it is about by name: a code, a client, a file, a connection. */
export function nameIn(event: Pick<LogEvent, "data">): string {
  const { code, client, connection, webhook, api_key: key, learner_import: file, name } = dataOf(event);
  return (
    code?.text ??
    client?.name ??
    connection?.name ??
    webhook?.host ??
    key?.name ??
    file?.file_name ??
    name ??
    ""
  );
}

/** The moment that it tells of: a start, or an end; `end` where something ends then. */
export function momentIn(event: Pick<LogEvent, "data">): { at: string; end: boolean } | null {
  const data = dataOf(event);
  const start =
    data.invite?.access_start ??
    [...(data.scheduled ?? []), ...(data.access ? [data.access] : [])][0]?.start_at;
  const end = data.valid_until ?? data.ends_at ?? data.retires_at;
  if (end) return { at: end, end: true };
  return start ? { at: start, end: false } : null;
}

export interface EventLink {
  /** The name of its text, and the screen that it leads to. */
  name: string;
  to: string;
}

const SCREENS: Record<string, EventLink> = {
  manager: { name: "team", to: "team" },
  join: { name: "join", to: "join-page" },
  join_page: { name: "join", to: "join-page" },
  organization: { name: "settings", to: "settings" },
  code: { name: "codes", to: "codes" },
  client: { name: "clients", to: "clients" },
  sublicense: { name: "clients", to: "clients" },
  webhook: { name: "integrations", to: "integrations" },
  api_key: { name: "integrations", to: "integrations" },
  sso_connection: { name: "integrations", to: "integrations" },
};

/** Whether its person is a learner by then: not whoever is invited, asks to join, or was erased. */
function isOfLearner(type: string): boolean {
  const [subject] = type.split(".");
  if (subject === "invite" || subject === "invites") return type === "invite.accepted";
  if (subject === "join") return type === "join.approved";
  return type !== "learner.erased" && subject !== "email_verification";
}

/** The screens of what it is about, each once. */
export function linksOf(event: Pick<LogEvent, "data" | "type" | "person">): EventLink[] {
  const data = dataOf(event);
  const [subject = ""] = event.type.split(".");
  const links: EventLink[] = [];
  const invites = invitesOf(data);
  const [invite] = invites;
  if (isOfTeam(event)) links.push({ name: "team", to: "team" });
  else if (invite && invites.length === 1) links.push({ name: "invite", to: `invites/${invite.id}` });
  if (event.person && !isOfTeam(event) && !data.manager && isOfLearner(event.type)) {
    links.push({ name: "learner", to: `learners/${event.person}` });
  }
  if (data.request && (subject === "seats" || subject === "support_request")) {
    const list = subject === "seats" ? "seat-requests" : "support-requests";
    links.push({ name: "request", to: `${list}/${data.request}` });
  }
  if (data.license) links.push({ name: "license", to: `licenses/${data.license.id}` });
  if (data.group && event.type !== "group.deleted") {
    links.push({ name: "group", to: `groups/${data.group.id}` });
  }
  if (data.learner_import) links.push({ name: "import", to: `imports/${data.learner_import.id}` });
  const screen = SCREENS[subject];
  if (screen && !links.some((link) => link.name === screen.name)) links.push(screen);
  return links;
}
