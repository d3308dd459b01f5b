import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconDots,
  IconEdit,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSend,
  IconTrash,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Schema } from "~/api/types";
import { ConfirmDialog } from "~/components/ConfirmDialog";
import { ConfirmTyped } from "~/components/ConfirmTyped";
import { ProblemBeside } from "~/components/ProblemBeside";
import { SecretDialog } from "~/components/SecretDialog";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOrganization } from "~/shell/organization";
import { useIntegrationsChanged, type Webhook } from "../queries";
import { webhookRoute } from "../routes";

/** What can be done with a webhook: test, change, pause or resume, rotate its secret, and delete it. */
export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = webhookRoute.useNavigate();
  const changed = useIntegrationsChanged(organization.id, "webhooks");
  const [dialog, setDialog] = useState<"rotate" | "delete" | null>(null);
  const close = () => setDialog(null);
  const path = { organization: organization.id, webhook: webhook.id };
  const test = useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/webhooks/{webhook}/test", {
          params: { path, header: { "Idempotency-Key": key } },
        }),
      ),
    onDone: () => toastDone(t("webhooks.test.done")),
    onSettled: changed,
  });
  const enable = useCommand({
    run: (enabled: boolean) =>
      unwrap(
        api.PATCH("/v1/organizations/{organization}/webhooks/{webhook}", {
          params: { path },
          body: { enabled, version: webhook.version },
        }),
      ),
    onDone: (saved) => toastDone(saved.enabled ? t("webhooks.resume.done") : t("webhooks.pause.done")),
    onSettled: changed,
  });
  return (
    <>
      <ProblemBeside
        error={test.error ?? enable.error}
        onClose={() => {
          test.reset();
          enable.reset();
        }}
      >
        {webhook.enabled ? (
          <Button
            leftSection={<IconSend size={18} stroke={1.8} />}
            loading={test.isPending}
            onClick={() => test.mutate(undefined)}
          >
            {t("webhooks.test.action")}
          </Button>
        ) : (
          <Button
            leftSection={<IconPlayerPlay size={18} stroke={1.8} />}
            loading={enable.isPending}
            onClick={() => enable.mutate(true)}
          >
            {t("webhooks.resume.action")}
          </Button>
        )}
      </ProblemBeside>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t("webhooks.actions")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconEdit size={16} />}
            onClick={() => void navigate({ search: (before) => ({ ...before, edit: true }) })}
          >
            {t("webhooks.edit.action")}
          </Menu.Item>
          {webhook.enabled && (
            <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={() => enable.mutate(false)}>
              {t("webhooks.pause.action")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => setDialog("rotate")}>
            {t("webhooks.rotate.action")}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setDialog("delete")}>
            {t("webhooks.delete.action")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RotateDialog webhook={webhook} opened={dialog === "rotate"} onClose={close} />
      <DeleteDialog webhook={webhook} opened={dialog === "delete"} onClose={close} />
    </>
  );
}

interface DialogProps {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

function RotateDialog({ webhook, opened, onClose }: DialogProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const changed = useIntegrationsChanged(organization.id, "webhooks");
  const [rotated, setRotated] = useState<Schema<"WebhookWithSecret"> | null>(null);
  return (
    <>
      <ConfirmDialog
        opened={opened}
        onClose={onClose}
        title={t("webhooks.rotate.title")}
        confirmLabel={t("webhooks.rotate.action")}
        confirm={(key) =>
          unwrap(
            api.POST("/v1/organizations/{organization}/webhooks/{webhook}/rotate-secret", {
              params: {
                path: { organization: organization.id, webhook: webhook.id },
                header: { "Idempotency-Key": key },
              },
            }),
          )
        }
        onDone={(answer) => {
          setRotated(answer);
          void changed();
        }}
      >
        {t("webhooks.rotate.text")}
      </ConfirmDialog>
      <SecretDialog
        secret={rotated?.secret ?? null}
        title={t("webhooks.rotate.done")}
        onClose={() => setRotated(null)}
      >
        {t("webhooks.rotate.doneText")}
      </SecretDialog>
    </>
  );
}

function DeleteDialog({ webhook, opened, onClose }: DialogProps) {
  const { t } = useTranslation("integrations");
  const organization = useOrganization();
  const navigate = webhookRoute.useNavigate();
  const changed = useIntegrationsChanged(organization.id, "webhooks", webhook.id);
  return (
    <ConfirmTyped
      opened={opened}
      onClose={onClose}
      title={t("webhooks.delete.title")}
      word={new URL(webhook.url).host}
      confirmLabel={t("webhooks.delete.action")}
      confirm={() =>
        unwrap(
          api.DELETE("/v1/organizations/{organization}/webhooks/{webhook}", {
            params: { path: { organization: organization.id, webhook: webhook.id } },
          }),
        )
      }
      onDone={() => {
        toastDone(t("webhooks.delete.done"));
        void navigate({
          to: "/organizations/$organization/integrations",
          params: { organization: organization.id },
          replace: true,
        });
        void changed();
      }}
    >
      {t("webhooks.delete.text")}
    </ConfirmTyped>
  );
}
