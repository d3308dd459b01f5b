import { ActionIcon, Menu } from "@mantine/core";
import { IconCalendar, IconDots, IconMailForward, IconMailOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { now } from "~/components/dates";
import { ProblemBeside } from "~/components/ProblemBeside";
import { dismissRowProblem, useRowProblem } from "~/components/rowProblems";
import { StartDialog } from "./BulkDialogs";
import { useLeaving } from "./leaving";
import { nameOf } from "./names";
import type { Invite } from "./queries";
import { mayMoveStart } from "./startRule";
import { useResend } from "./useResend";
import { useWithdraw } from "./useWithdraw";

/** Whether anything can be done with an invite: with a pending one all, with an accepted one its start moved. */
export const hasActions = (invite: Invite): boolean =>
  invite.state === "pending" || mayMoveStart(invite, now());

/** What can be done with one invite of a list. */
export function InviteActions({ invite }: { invite: Invite }) {
  const { t } = useTranslation("invites");
  const [moving, setMoving] = useState(false);
  const resend = useResend(invite);
  const withdraw = useWithdraw();
  const leaving = useLeaving();
  const failed = useRowProblem(invite.id);
  const problem = {
    error: resend.error ?? failed,
    onClose: () => {
      resend.reset();
      dismissRowProblem(invite.id);
    },
  };
  // What was answered or withdrawn meanwhile can have failed for that, and says so.
  if (!hasActions(invite) || leaving.has(invite.id))
    return <ProblemBeside {...problem}>{null}</ProblemBeside>;
  const isPending = invite.state === "pending";
  return (
    <>
      <ProblemBeside {...problem}>
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
              <Menu.Item leftSection={<IconMailForward size={16} />} onClick={() => resend.mutate(undefined)}>
                {t("resend.action")}
              </Menu.Item>
            )}
            {mayMoveStart(invite, now()) && (
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
      </ProblemBeside>
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
