import {
  IconBuildingCommunity,
  IconCreditCard,
  IconInbox,
  IconKey,
  IconMail,
  IconPackage,
  IconPlug,
  IconSchool,
  IconTable,
  IconTicket,
  IconUsers,
  IconUsersGroup,
  IconWorld,
} from "@tabler/icons-react";
import classes from "./EventIcon.module.css";
import { toneOf } from "./tone";

/** By the first word of the type. */
const ICONS: Record<string, typeof IconMail> = {
  access: IconSchool,
  accesses: IconSchool,
  api_key: IconPlug,
  client: IconBuildingCommunity,
  code: IconTicket,
  group: IconUsers,
  import: IconTable,
  join: IconWorld,
  join_page: IconWorld,
  learner: IconSchool,
  license: IconCreditCard,
  manager: IconUsersGroup,
  organization: IconBuildingCommunity,
  product: IconPackage,
  seat: IconCreditCard,
  seats: IconCreditCard,
  sso_connection: IconKey,
  sublicense: IconCreditCard,
  support_request: IconInbox,
  webhook: IconPlug,
};

/** Tells at a glance what an event is about, and whether it is good news. */
export function EventIcon({ type }: { type: string }) {
  const [subject = ""] = type.split(".");
  const Icon = ICONS[subject] ?? IconMail;
  return (
    <span className={classes.icon} data-tone={toneOf(type)} aria-hidden="true">
      <Icon size={17} stroke={1.8} />
    </span>
  );
}
