import { Button, Group, TextInput } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import type { Manager } from "~/api/types";
import { DateTime } from "~/components/DateTime";
import { FormDialog } from "~/components/FormDialog";
import { wholeList } from "~/components/list/cursorList";
import { type ListColumn, ListSection } from "~/components/list/ListPage";
import { ProblemBeside } from "~/components/ProblemBeside";
import { StateBadge } from "~/components/StateBadge";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { type OrganizationDetail, useOrganizationsChanged } from "./queries";
import { Section } from "./Section";

const NOBODY = { email: "", first_name: "", last_name: "" };
const nameOf = (manager: Manager) => `${manager.first_name} ${manager.last_name}`.trim();

/** The organization's managers. One whose first manager never answered is helped here. */
export function Team({ organization }: { organization: OrganizationDetail }) {
  const { t } = useTranslation("operator");
  const [inviting, setInviting] = useState(false);
  return (
    <Section
      title={t("team.title")}
      action={
        organization.closed_at === null && (
          <Button
            variant="default"
            leftSection={<IconUserPlus size={18} stroke={1.8} />}
            onClick={() => setInviting(true)}
          >
            {t("team.invite")}
          </Button>
        )
      }
    >
      <ListSection
        title={t("team.title")}
        fixedColumns
        name="operator-team"
        list={wholeList({
          data: { items: organization.team, next: null },
          isPending: false,
          error: null,
          refetch: () => undefined,
        })}
        columns={useColumns(organization.time_zone)}
        rowId={(manager) => manager.id}
        rowName={nameOf}
        rowActions={(manager) =>
          manager.state === "pending" ? <Resend organization={organization} manager={manager} /> : null
        }
        empty={{ title: t("team.empty"), text: t("team.emptyText") }}
      />
      <InviteDialog organization={organization} opened={inviting} onClose={() => setInviting(false)} />
    </Section>
  );
}

function Resend({ organization, manager }: { organization: OrganizationDetail; manager: Manager }) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const command = useCommand({
    run: (_: undefined, key) =>
      unwrap(
        api.POST("/v1/organizations/{organization}/team/{manager}/resend", {
          params: {
            path: { organization: organization.id, manager: manager.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onDone: () => toastDone(t("team.resent", { email: manager.email })),
    onSettled: changed,
  });
  return (
    <ProblemBeside error={command.error} onClose={command.reset}>
      <Button
        variant="subtle"
        size="xs"
        loading={command.isPending}
        onClick={() => command.mutate(undefined)}
        aria-label={t("team.resendTo", { name: nameOf(manager) })}
      >
        {t("team.resend")}
      </Button>
    </ProblemBeside>
  );
}

interface InviteProps {
  organization: OrganizationDetail;
  opened: boolean;
  onClose: () => void;
}

function InviteDialog({ organization, opened, onClose }: InviteProps) {
  const { t } = useTranslation("operator");
  const changed = useOrganizationsChanged();
  const [manager, setManager] = useState(NOBODY);
  const field = (name: keyof typeof NOBODY) => ({
    autoComplete: "off",
    value: manager[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      setManager({ ...manager, [name]: event.currentTarget.value }),
  });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("team.inviteTitle", { name: organization.name })}
      submitLabel={t("team.send")}
      fields={Object.keys(NOBODY)}
      submit={(key) =>
        unwrap(
          api.POST("/v1/organizations/{organization}/team", {
            params: { path: { organization: organization.id }, header: { "Idempotency-Key": key } },
            body: { ...manager, role: "full_manager" },
          }),
        )
      }
      onDone={(invited) => {
        toastDone(t("team.invited", { email: invited.email }));
        setManager(NOBODY);
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <TextInput
            {...field("email")}
            label={t("team.email")}
            description={t("team.inviteHint")}
            type="email"
            required
            withAsterisk={false}
            error={reasonFor("email")}
            data-autofocus
          />
          <Group grow align="flex-start">
            <TextInput
              {...field("first_name")}
              label={t("team.firstName")}
              required
              withAsterisk={false}
              error={reasonFor("first_name")}
            />
            <TextInput {...field("last_name")} label={t("team.lastName")} error={reasonFor("last_name")} />
          </Group>
        </>
      )}
    </FormDialog>
  );
}

function useColumns(timeZone: string): ListColumn<Manager>[] {
  const { t } = useTranslation("operator");
  return [
    { id: "name", header: t("team.name"), isName: true, cell: nameOf },
    { id: "email", header: t("team.email"), cell: (manager) => manager.email },
    { id: "role", header: t("team.role"), cell: (manager) => t(`shell:role.${manager.role}`) },
    {
      id: "state",
      header: t("team.state"),
      cell: (manager) => {
        if (manager.state === "active") return <StateBadge tone="ok">{t("team.active")}</StateBadge>;
        if (manager.expired) return <StateBadge tone="attention">{t("team.expired")}</StateBadge>;
        return <StateBadge tone="waiting">{t("team.pending")}</StateBadge>;
      },
    },
    {
      id: "since",
      header: t("team.since"),
      cell: (manager) => (manager.since ? <DateTime value={manager.since} timeZone={timeZone} /> : "–"),
    },
  ];
}
