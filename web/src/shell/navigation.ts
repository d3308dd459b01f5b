/** Where things are: the entries of the navigation in their order, each shown once its screen exists. */

import {
  IconBuildingCommunity,
  IconChartBar,
  IconCreditCard,
  IconHistory,
  IconHome,
  IconInbox,
  IconMail,
  IconPackage,
  IconPlug,
  IconSchool,
  IconSettings,
  IconTable,
  IconTicket,
  IconUsers,
  IconUsersGroup,
  IconWorld,
  IconWorldCheck,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Permission } from "~/api/types";

export interface NavigationEntry {
  /** The screen's path below its frame, and the name of its text. */
  name: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  /** What the person must be allowed; an entry that is of no use to them is not shown. */
  needs: Permission;
  /** Only for an organization that can have clients: one that is no client itself. */
  ofProviders?: boolean;
}

export const ORGANIZATION_NAVIGATION: readonly NavigationEntry[] = [
  { name: "overview", icon: IconHome, needs: "read" },
  { name: "licenses", icon: IconCreditCard, needs: "read" },
  { name: "invites", icon: IconMail, needs: "read" },
  { name: "learners", icon: IconSchool, needs: "read" },
  { name: "groups", icon: IconUsers, needs: "read" },
  { name: "imports", icon: IconTable, needs: "invite" },
  { name: "codes", icon: IconTicket, needs: "read" },
  { name: "join-page", icon: IconWorld, needs: "read" },
  { name: "clients", icon: IconBuildingCommunity, needs: "read", ofProviders: true },
  { name: "team", icon: IconUsersGroup, needs: "read" },
  { name: "reports", icon: IconChartBar, needs: "read" },
  { name: "events", icon: IconHistory, needs: "read" },
  { name: "requests", icon: IconInbox, needs: "read" },
  { name: "integrations", icon: IconPlug, needs: "manage_programs" },
  { name: "settings", icon: IconSettings, needs: "read" },
];

export const OPERATOR_NAVIGATION: readonly NavigationEntry[] = [
  { name: "organizations", icon: IconBuildingCommunity, needs: "read" },
  { name: "products", icon: IconPackage, needs: "read" },
  { name: "domains", icon: IconWorldCheck, needs: "read" },
  { name: "requests", icon: IconInbox, needs: "read" },
];

/** Return the entries of an organization that its screens exist for and that the person may see. */
export function entriesFor(
  organization: { permissions: ReadonlySet<Permission>; provider: string | null },
  exists: (name: string) => boolean,
): NavigationEntry[] {
  return ORGANIZATION_NAVIGATION.filter(
    (entry) =>
      exists(entry.name) &&
      organization.permissions.has(entry.needs) &&
      !(entry.ofProviders && organization.provider !== null),
  );
}
