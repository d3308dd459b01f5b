/** An organization's settings as forms have them, what is sent of them, and what two managers changed at once. */

import type { Organization, Schema } from "~/api/types";
import { USHER_COLOR } from "~/shell/brand";

export interface Values {
  name: string;
  slug: string;
  time_zone: string;
  language: Schema<"Language">;
  invite_days: number | string;
  require_group: boolean;
  color: string;
  welcome: string;
}

export type Setting = keyof Values;

export function valuesOf(organization: Organization): Values {
  const { name, slug, time_zone, language, invite_days, require_group, branding } = organization;
  return {
    name,
    slug,
    time_zone,
    language,
    invite_days,
    require_group,
    color: branding.color ?? USHER_COLOR,
    welcome: branding.welcome ?? "",
  };
}

const settingsOf = (values: Values) => Object.keys(values) as Setting[];

/** The settings that differ. */
export const differing = (one: Values, other: Values): Setting[] =>
  settingsOf(one).filter((setting) => one[setting] !== other[setting]);

/** What is sent: the settings that were changed alone, so that another manager's other changes stay. */
export function changeOf(known: Values, draft: Values): Schema<"OrganizationChange"> {
  const { color, welcome, invite_days, ...rest } = Object.fromEntries(
    differing(known, draft).map((setting) => [setting, draft[setting]]),
  ) as Partial<Values>;
  return {
    ...rest,
    ...(invite_days !== undefined && { invite_days: Number(invite_days) }),
    ...((color !== undefined || welcome !== undefined) && { branding: { color, welcome } }),
  };
}

/** The settings that somebody else has changed to something else since they were loaded. */
export const conflictsOf = (known: Values, now: Values, draft: Values): Setting[] =>
  differing(known, draft).filter(
    (setting) => now[setting] !== known[setting] && now[setting] !== draft[setting],
  );

/** What is loaded anew, under what was changed here: the draft takes over all that nobody changed in it. */
export function rebase(known: Values, now: Values, draft: Values): { known: Values; draft: Values } {
  const mine = new Set(differing(known, draft));
  const kept = (values: Values) =>
    Object.fromEntries(
      settingsOf(now).map((setting) => [setting, mine.has(setting) ? values[setting] : now[setting]]),
    ) as unknown as Values;
  const rebased = { known: kept(known), draft: kept(draft) };
  for (const setting of mine) {
    // What was saved meanwhile, by this form or by somebody with the same wish, is no change any more.
    if (now[setting] === draft[setting]) Object.assign(rebased.known, { [setting]: now[setting] });
  }
  return rebased;
}
