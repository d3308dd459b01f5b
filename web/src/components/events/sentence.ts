/** An event in people's words: one sentence for each type, with what it names set off. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { lastMomentBefore, writeDate } from "~/components/dates";
import { dataOf, isOfTeam, type LogEvent, momentIn, nameIn, peopleIn, thingsIn } from "./event";

/** Around what is named: Unicode's marks that isolate a text, which a reader does not see. */
const BEGIN = "\u2068";
const END = "\u2069";

const PROGRAM = "api-key:";

const set = (name: string) => `${BEGIN}${name}${END}`;

/** A part of a sentence: what is named, or the words between. */
export interface Part {
  text: string;
  isName: boolean;
}

export function partsOf(sentence: string): Part[] {
  return sentence
    .split(BEGIN)
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, isName: false }];
      const [name = "", ...rest] = piece.split(END);
      return [
        { text: name, isName: true },
        { text: rest.join(END), isName: false },
      ];
    })
    .filter(({ text }) => text !== "");
}

export function actorOf(event: Pick<LogEvent, "actor" | "actor_name">, t: TFunction): string {
  if (event.actor === "system") return t("events:actor.system");
  if (event.actor_name) return event.actor_name;
  return event.actor.startsWith(PROGRAM) ? t("events:actor.program") : event.actor;
}

export interface Writing {
  t: TFunction;
  exists: (key: string) => boolean;
  language: string;
  timeZone: string;
}

export function writeEvent(event: LogEvent, { t, exists, language, timeZone }: Writing): string {
  const data = dataOf(event);
  const [subject = "", type = ""] = event.type.split(".");
  const people = peopleIn(event);
  const [person] = people;
  const verb = event.type === "manager.removed" && event.actor === person ? "left" : type;
  const actor = set(actorOf(event, t));
  const key = `events:happened.${subject}.${verb}`;
  const count = data.count ?? data.invited ?? data.seats ?? data.available ?? 0;
  // Types are added over time.
  if (!exists(key) && !exists(`${key}_other`)) return t("events:other", { actor, type: event.type });
  const things = isOfTeam(event) ? t("events:words.team") : set(thingsIn(event).join(", "));
  const moment = momentIn(event);
  const told = people.length === 1 && person ? person : t("events:words.people", { count: people.length });
  return t(`events:happened.${subject}.${verb}`, {
    actor,
    people: set(told),
    what: things === set("") ? t("events:words.access") : things,
    group: set(data.group?.name ?? ""),
    name: set(nameIn(event)),
    previous: set(data.previous_name ?? ""),
    domain: set(data.domain ?? ""),
    copyTo: set(data.copy_to ?? ""),
    change: new Intl.NumberFormat(language, { signDisplay: "always" }).format(data.change ?? 0),
    role: data.manager ? t(`events:words.${data.manager.role}`) : "",
    codes: data.code
      ? t("events:words.code", { name: set(data.code.text) })
      : t("events:words.codes", { count }),
    asked: data.kind ? t(`events:asked.${data.kind}`, { people: set(told) }) : "",
    date: moment
      ? writeDate(
          moment.end ? lastMomentBefore(new Date(moment.at)) : new Date(moment.at),
          "date",
          language,
          timeZone,
        )
      : t("events:words.onAcceptance"),
    count,
  });
}

/** Return what writes events in the person's language and the zone of the organization whose they are. */
export function useWriting(timeZone: string): Writing {
  const { t, i18n } = useTranslation("events");
  return { t, exists: (key) => i18n.exists(key), language: i18n.language, timeZone };
}
