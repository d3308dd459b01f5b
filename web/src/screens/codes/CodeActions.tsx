import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconEdit,
  IconMailForward,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { ProblemBeside } from "~/components/ProblemBeside";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { type Code, useCodesChanged } from "./queries";

interface Props {
  code: Code;
  /** Called once it is removed. */
  onRemoved?: () => void;
}

/** What can be done with a code: change, disable or enable it, have a copy to forward, and remove it. */
export function CodeActions({ code, onRemoved }: Props) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"disable" | "remove" | null>(null);
  const run = useCodeCommand(code);
  const close = () => setDialog(null);
  return (
    <>
      <ProblemBeside error={run.error} onClose={run.reset}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              loading={run.isPending}
              aria-label={t("actions.label", { code: code.code })}
            >
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconEdit size={16} />}
              onClick={() =>
                void navigate({
                  to: "/organizations/$organization/codes/$code",
                  params: { organization: organization.id, code: code.id },
                  search: { edit: true },
                })
              }
            >
              {t("edit.action")}
            </Menu.Item>
            {code.state === "active" && (
              <>
                <Menu.Item
                  leftSection={<IconMailForward size={16} />}
                  onClick={() => run.mutate("send-copy")}
                >
                  {t("copy.action")}
                </Menu.Item>
                <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={() => setDialog("disable")}>
                  {t("disable.action")}
                </Menu.Item>
              </>
            )}
            {code.state === "disabled" && (
              <Menu.Item leftSection={<IconPlayerPlay size={16} />} onClick={() => run.mutate("enable")}>
                {t("enable.action")}
              </Menu.Item>
            )}
            {code.state !== "active" && (
              <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setDialog("remove")}>
                {t("remove.action")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </ProblemBeside>
      <DisableDialog code={code} opened={dialog === "disable"} onClose={close} />
      <RemoveDialog code={code} opened={dialog === "remove"} onClose={close} onRemoved={onRemoved} />
    </>
  );
}

function useCodeCommand(code: Code) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const changed = useCodesChanged(organization.id);
  return useCommand({
    run: (what: "enable" | "send-copy", key) =>
      unwrap(
        api.POST(`/v1/organizations/{organization}/codes/{code}/${what}`, {
          params: {
            path: { organization: organization.id, code: code.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: (_, what) =>
      toastDone(what === "enable" ? t("enable.done", { code: code.code }) : t("copy.done")),
    onSettled: changed,
  });
}

interface DialogProps extends Props {
  opened: boolean;
  onClose: () => void;
}

function DisableDialog({ code, opened, onClose }: DialogProps) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const changed = useCodesChanged(organization.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("disable.title", { code: code.code })}
      confirmLabel={t("disable.action")}
      confirm={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/codes/{code}/disable", {
            params: {
              path: { organization: organization.id, code: code.id },
              header: { "Idempotency-Key": key },
            },
          }),
        )
      }
      onDone={() => {
        toastDone(t("disable.done", { code: code.code }));
        void changed();
      }}
    >
      {t("disable.text")}
    </ConfirmDialog>
  );
}

function RemoveDialog({ code, opened, onClose, onRemoved }: DialogProps) {
  const { t } = useTranslation("codes");
  const organization = useOrganization();
  const changed = useCodesChanged(organization.id, code.id);
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t("remove.title", { code: code.code })}
      confirmLabel={t("remove.action")}
      danger
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/codes/{code}", {
            params: { path: { organization: organization.id, code: code.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("remove.done", { code: code.code }));
        onRemoved?.();
        void changed();
      }}
    >
      {t("remove.text")}
    </ConfirmDialog>
  );
}
