import { readFileSync } from "node:fs";
import i18next, { type TFunction } from "i18next";
import { beforeAll, expect, test } from "vitest";
import de from "~/texts/de/events.json";
import en from "~/texts/en/events.json";
import { type LogEvent, linksOf, peopleIn } from "./event";
import { partsOf, writeEvent } from "./sentence";

interface Described {
  components: { schemas: { Event: { discriminator: { mapping: Record<string, string> } } } };
}

const described = JSON.parse(
  readFileSync(new URL("../../../../openapi.json", import.meta.url), "utf8"),
) as Described;
const ALL = Object.keys(described.components.schemas.Event.discriminator.mapping);

let t: TFunction;

beforeAll(async () => {
  await i18next.init({
    lng: "en",
    resources: { en: { events: en }, de: { events: de } },
    interpolation: { escapeValue: false },
  });
  t = i18next.t;
});

const write = (event: unknown) =>
  partsOf(
    writeEvent(event as LogEvent, {
      t,
      exists: (key) => i18next.exists(key),
      language: "en",
      timeZone: "Europe/Berlin",
    }),
  )
    .map(({ text }) => text)
    .join("");

const license = { id: "01LICENSE", product: { id: "01PRODUCT", name: "First Aid" } };
const invite = (email: string) => ({
  id: `invite-${email}`,
  kind: "learner",
  email,
  licenses: [license],
  groups: [],
  access_start: null,
});

test("every type of event has a sentence, and a name where it can be chosen", () => {
  const texts = en as unknown as Record<"happened" | "name", Record<string, Record<string, string>>>;
  const untold = ALL.filter((type) => {
    const [subject = "", verb = ""] = type.split(".");
    const told = texts.happened[subject] ?? {};
    return told[verb] === undefined && told[`${verb}_other`] === undefined;
  });
  const unnamed = ALL.filter((type) => {
    const [subject = "", verb = ""] = type.split(".");
    return texts.name[subject]?.[verb] === undefined;
  });

  expect({ untold, unnamed }).toEqual({ untold: [], unnamed: [] });
});

test("a sentence says who did what, and to whom", () => {
  const event = { type: "invites.created", actor: "max@acme.example", actor_name: "Max Full" };

  expect(write({ ...event, data: { invites: [invite("ann@x.io")] } })).toBe(
    "Max Full invited ann@x.io to First Aid",
  );
  expect(write({ ...event, data: { invites: [invite("ann@x.io"), invite("bo@x.io")] } })).toBe(
    "Max Full invited 2 people to First Aid",
  );
});

test("a start is told as a date in the organization's zone, an end as its last day", () => {
  const moved = { ...invite("ann@x.io"), access_start: "2027-03-31T22:00:00Z" };

  expect(
    write({
      type: "invite.start_changed",
      actor: "max@acme.example",
      actor_name: null,
      data: { invite: moved, scheduled: [] },
    }),
  ).toBe("max@acme.example moved the start of access to First Aid for ann@x.io: Apr 1, 2027");
  expect(
    write({
      type: "license.ending",
      actor: "system",
      actor_name: null,
      data: { license, ends_at: "2027-03-31T22:00:00Z", days: 7 },
    }),
  ).toBe("The license of First Aid ends on Mar 31, 2027");
});

test("somebody who leaves the team was not removed", () => {
  const data = { manager: { email: "max@acme.example", role: "full_manager" } };

  expect(write({ type: "manager.removed", actor: "max@acme.example", actor_name: "Max Full", data })).toBe(
    "max@acme.example left the team",
  );
  expect(write({ type: "manager.removed", actor: "eva@acme.example", actor_name: "Eva Voll", data })).toBe(
    "Eva Voll removed max@acme.example from the team",
  );
});

test("a type that is not known yet is told by its name", () => {
  expect(write({ type: "moon.landed", actor: "system", actor_name: null, data: {} })).toBe(
    "Usher: moon.landed",
  );
});

test("an event leads to what it is about", () => {
  const created = {
    type: "invites.created",
    person: "k1.ann",
    data: { invites: [invite("ann@x.io")] },
  } as unknown as LogEvent;
  const event = { ...created, type: "invite.accepted" } as LogEvent;
  const erased = {
    type: "learner.erased",
    person: "k1.erased",
    data: { email: "erased-1", erasure: "01ERASURE" },
  } as unknown as LogEvent;

  expect(linksOf(event).map(({ to }) => to)).toEqual(["invites/invite-ann@x.io", "learners/k1.ann"]);
  expect(linksOf(created).map(({ to }) => to)).toEqual(["invites/invite-ann@x.io"]);
  expect(linksOf(erased)).toEqual([]);
  expect(peopleIn(event)).toEqual(["ann@x.io"]);
});
