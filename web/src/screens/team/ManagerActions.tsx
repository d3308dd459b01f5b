import { ActionIcon, Menu } from "@mantine/core";
import { IconDots, IconMailForward, IconMailOff, IconUserCog, IconUserMinus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Manager } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { ProblemBeside } from "~/components/ProblemBeside";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useIdentity } from "~/shell/identity";
import { useOrganization } from "~/shell/organization";
import { nameOf } from "./names";
import { useTeamChanged } from "./queries";
import { RoleDialog } from "./RoleDialog";

type Dialog = "revoke" | "role" | "remove";

/** What can be done with a manager: a pending one is resent to or revoked, an active one changed or removed. */
export function ManagerActions({ manager }: { manager: Manager }) {
  const { t } = useTranslation("team");
  const { person } = useIdentity();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const resend = useResend(manager);
  const name = nameOf(manager);
  const pending = manager.state === "pending";
  const close = () => setDialog(null);
  return (
    <>
      <ProblemBeside error={resend.error} onClose={resend.reset}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              loading={resend.isPending}
              aria-label={t("actions.label", { name })}
            >
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {pending && (
              <>
                <Menu.Item
                  leftSection={<IconMailForward size={16} />}
                  onClick={() => resend.mutate(undefined)}
                >
                  {t("resend.action")}
                </Menu.Item>
                <Menu.Item leftSection={<IconMailOff size={16} />} onClick={() => setDialog("revoke")}>
                  {t("revoke.action")}
                </Menu.Item>
              </>
            )}
            {!pending && (
              <>
                <Menu.Item leftSection={<IconUserCog size={16} />} onClick={() => setDialog("role")}>
                  {t("role.action")}
                </Menu.Item>
                <Menu.Item leftSection={<IconUserMinus size={16} />} onClick={() => setDialog("remove")}>
                  {manager.email === person.email ? t("remove.leave") : t("remove.action")}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </ProblemBeside>
      <RoleDialog manager={manager} opened={dialog === "role"} onClose={close} />
      <RevokeDialog manager={manager} opened={dialog === "revoke"} onClose={close} />
      <RemoveDialog manager={manager} opened={dialog === "remove"} onClose={close} />
    </>
  );
}

function useResend(manager: Manager) {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const changed = useTeamChanged(organization.id);
  return useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/team/{manager}/resend", {
          params: {
            path: { organization: organization.id, manager: manager.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: () => toastDone(t("resend.done", { email: manager.email })),
    onSettled: changed,
  });
}

interface DialogProps {
  manager: Manager;
  opened: boolean;
  onClose: () => void;
}

function RevokeDialog({ manager, opened, onClose }: DialogProps) {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const changed = useTeamChanged(organization.id);
  const name = nameOf(manager);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("revoke.title", { name })}
      confirmLabel={t("revoke.action")}
      danger
      confirm={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/team/{manager}/revoke", {
            params: {
              path: { organization: organization.id, manager: manager.id },
              header: { "Idempotency-Key": key },
            },
          }),
        )
      }
      onDone={() => {
        toastDone(t("revoke.done", { name }));
        void changed();
      }}
    >
      {t("revoke.text", { email: manager.email })}
    </ConfirmDialog>
  );
}

function RemoveDialog({ manager, opened, onClose }: DialogProps) {
  const { t } = useTranslation("team");
  const organization = useOrganization();
  const changed = useTeamChanged(organization.id);
  const { person } = useIdentity();
  const name = nameOf(manager);
  const leaves = manager.email === person.email;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={
        leaves ? t("remove.leaveTitle", { organization: organization.name }) : t("remove.title", { name })
      }
      confirmLabel={leaves ? t("remove.leave") : t("remove.action")}
      danger
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/team/{manager}", {
            params: { path: { organization: organization.id, manager: manager.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("remove.done", { name }));
        void changed();
      }}
    >
      {t(leaves ? "remove.leaveText" : "remove.text", { name, organization: organization.name })}
    </ConfirmDialog>
  );
}
