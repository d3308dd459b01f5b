import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconPlus, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { Outcomes } from "~/components/assigning/Outcomes";
import { ButtonLink } from "~/components/ButtonLink";
import { groupQuery } from "~/components/choices";
import { DateTime } from "~/components/DateTime";
import { Page } from "~/components/Page";
import { ProblemAlert } from "~/components/ProblemAlert";
import { ScreenLink } from "~/components/ScreenLink";
import { NotFoundScreen } from "~/shell/ErrorScreens";
import { useOrganization } from "~/shell/organization";
import { screenExists } from "~/shell/screenExists";
import { AddLicensesDialog } from "./AddLicensesDialog";
import { AddMembersDialog } from "./AddMembersDialog";
import { DeleteGroupDialog, RenameGroupDialog } from "./GroupDialogs";
import { GroupLicenses } from "./GroupLicenses";
import classes from "./GroupScreen.module.css";
import { Members } from "./Members";
import { groupRoute } from "./routes";

/** One group: what each new learner of it is given, and who its members are. */
export function GroupScreen() {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const { group: id } = groupRoute.useParams();
  const group = useQuery(groupQuery(organization.id, id));
  if (group.error instanceof ApiProblem && group.error.status === 404) return <NotFoundScreen />;
  return (
    <Page
      title={group.data?.name ?? t("one")}
      lead={
        group.data && (
          <>
            {t("created")} <DateTime value={group.data.created_at} />
          </>
        )
      }
      actions={<Actions group={group.data} />}
    >
      {group.isPending && <Skeleton height={320} radius={14} />}
      {!group.data && group.error && (
        <Stack align="flex-start">
          <ProblemAlert error={group.error} />
          <Button variant="default" onClick={() => void group.refetch()}>
            {t("retry")}
          </Button>
        </Stack>
      )}
      {group.data && <Content group={group.data} />}
    </Page>
  );
}

function Actions({ group }: { group: Schema<"Group"> | undefined }) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const [dialog, setDialog] = useState<"rename" | "delete" | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      <ButtonLink
        variant="default"
        leftSection={<IconArrowLeft size={16} />}
        to="/organizations/$organization/groups"
        params={{ organization: organization.id }}
      >
        {t("all")}
      </ButtonLink>
      {group && organization.may("manage_groups") && (
        <>
          <Button variant="default" onClick={() => setDialog("rename")}>
            {t("rename.action")}
          </Button>
          <Button variant="default" c="var(--mantine-color-error)" onClick={() => setDialog("delete")}>
            {t("delete.action")}
          </Button>
          <RenameGroupDialog group={group} opened={dialog === "rename"} onClose={close} />
          <DeleteGroupDialog group={group} opened={dialog === "delete"} onClose={close} />
        </>
      )}
    </>
  );
}

function Content({ group }: { group: Schema<"Group"> }) {
  const { t } = useTranslation("groups");
  const organization = useOrganization();
  const { add } = groupRoute.useSearch();
  const navigate = groupRoute.useNavigate();
  const [results, setResults] = useState<readonly Schema<"Assigned">[]>([]);
  const mayManage = organization.may("manage_groups");
  const open = (dialog: "members" | "licenses" | undefined) =>
    void navigate({ search: ({ add: _, ...before }) => (dialog ? { ...before, add: dialog } : before) });
  const addLicenses = mayManage && (
    <Button size="sm" variant="default" leftSection={<IconPlus size={16} />} onClick={() => open("licenses")}>
      {t("licenses.add")}
    </Button>
  );
  const addMembers = (
    <Group gap="md">
      {organization.may("invite") && <InviteLink group={group} />}
      {mayManage && (
        <Button size="sm" leftSection={<IconUserPlus size={16} />} onClick={() => open("members")}>
          {t("members.add")}
        </Button>
      )}
    </Group>
  );
  return (
    <Stack gap="xl">
      <Section title={t("licenses.title")} lead={t("licenses.lead")} action={addLicenses}>
        <GroupLicenses group={group} />
      </Section>
      <Section
        title={t("members.title")}
        lead={t("members.count", { count: group.members })}
        action={addMembers}
      >
        <Outcomes
          results={results}
          title={(count) => t("outcome.title", { count })}
          onClose={() => setResults([])}
        />
        <Members group={group} />
      </Section>
      {mayManage && (
        <>
          <AddLicensesDialog group={group} opened={add === "licenses"} onClose={() => open(undefined)} />
          <AddMembersDialog
            group={group}
            opened={add === "members"}
            onClose={() => open(undefined)}
            onResults={setResults}
          />
        </>
      )}
    </Stack>
  );
}

/** The way to put people into the group who are no learners yet. */
function InviteLink({ group }: { group: Schema<"Group"> }) {
  const { t } = useTranslation("groups");
  const router = useRouter();
  if (!screenExists(router, "organization", "invites")) return null;
  return (
    <ScreenLink to={`invites/new?group=${group.id}`} className={classes.link}>
      {t("members.invite")}
    </ScreenLink>
  );
}

interface SectionProps {
  title: string;
  lead: string;
  action: ReactNode;
  children: ReactNode;
}

function Section({ title, lead, action, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {lead}
          </Text>
        </div>
        {action}
      </Group>
      {children}
    </section>
  );
}
