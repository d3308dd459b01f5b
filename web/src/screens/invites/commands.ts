import { IconMail, IconMailPlus } from "@tabler/icons-react";
import type { CommandSource } from "~/shell/commands";
import { nameOf } from "./names";
import { fetchInvites } from "./queries";

const MOST = 6;

export const invitesCommands: CommandSource = {
  area: "invites",
  actions: ({ organization, t }) =>
    organization.may("invite")
      ? [
          {
            id: "invites-new",
            label: t("new.action"),
            icon: IconMailPlus,
            run: `/organizations/${organization.id}/invites/new`,
          },
        ]
      : [],
  search: async (query, { organization, t, signal }) => {
    const { items } = await fetchInvites(organization.id, { q: query }, undefined, signal, MOST);
    return items.map((invite) => ({
      id: `invite-${invite.id}`,
      label: nameOf(invite),
      description: `${invite.email} · ${t(`state.${invite.expired ? "expired" : invite.state}`)}`,
      icon: IconMail,
      run: `/organizations/${organization.id}/invites/${invite.id}`,
    }));
  },
};
