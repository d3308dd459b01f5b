import { ActionIcon, Menu } from "@mantine/core";
import { IconCalendar, IconDots, IconMailForward, IconMailOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { StartDialog } from "./BulkDialogs";
import { useLeaving } from "./leaving";
import { nameOf } from "./names";
import type { Invite } from "./queries";
import { mayMoveStart } from "./startRule";
import { useResend } from "./useResend";
import { useWithdraw } from "./useWithdraw";

/** Whether anything can be done with an invite: with a pending one all, with an accepted one its start moved. */
export const hasActions = (invite: Invite): boolean =>
  invite.state === "pending" || mayMoveStart(invite, new Date());

/** What can be done with one invite of a list. */
export function InviteActions({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const [moving, setMoving] = useState(false);
  const resend = useResend(invite);
  const withdraw = useWithdraw();
  const leaving = useLeaving();
  if (!hasActions(invite) || leaving.has(invite.id)) return null;
  const isPending = invite.state === "pending";
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            loading={resend.isPending}
            aria-label={t("actions", { name: nameOf(invite) })}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isPending && (
            <Menu.Item leftSection={<IconMailForward size={16} />} onClick={() => resend.mutate()}>
              {t("resend.action")}
            </Menu.Item>
          )}
          {mayMoveStart(invite, new Date()) && (
            <Menu.Item leftSection={<IconCalendar size={16} />} onClick={() => setMoving(true)}>
              {t("start.action")}
            </Menu.Item>
          )}
          {isPending && (
            <Menu.Item leftSection={<IconMailOff size={16} />} onClick={() => withdraw([invite])}>
              {t("withdraw.action")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <StartDialog
        opened={moving}
        onClose={() => setMoving(false)}
        count={1}
        known={[invite]}
        invitesOf={async () => [invite]}
        onDone={() => undefined}
      />
    </>
  );
}
