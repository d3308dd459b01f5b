/** An organization's settings as forms have them, and what is sent of them. */

import type { Organization, Schema } from "~/api/types";
import { USHER_COLOR } from "~/shell/brand";
import { changesOf } from "../drafts";

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

/** What is sent: the settings that were changed alone, so that another manager's other changes stay. */
export function changeOf(known: Values, draft: Values): Schema<"OrganizationChange"> {
  const { color, welcome, invite_days, ...rest } = changesOf(known, draft);
  return {
    ...rest,
    ...(invite_days !== undefined && { invite_days: Number(invite_days) }),
    ...((color !== undefined || welcome !== undefined) && { branding: { color, welcome } }),
  };
}
