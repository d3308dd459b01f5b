import { Anchor, Button, Group, Stack, Switch, Text } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { CopyButton } from "~/components/CopyButton";
import { groupQuery } from "~/components/choices";
import { Fact, Facts, HandOutCard } from "~/components/Facts";
import { licensesQuery } from "~/components/licenses";
import { ProblemAlert } from "~/components/ProblemAlert";
import { QrCard } from "~/components/QrCard";
import { StateBadge } from "~/components/StateBadge";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { nameOf } from "~/shell/LanguageMenu";
import { useOrganization } from "~/shell/organization";
import classes from "./JoinPageCard.module.css";
import { joinPageQuery, saveJoinPage, useJoinPageChanged } from "./queries";
import { draftOf, givesAnything, settingsOf } from "./settings";

interface Props {
  page: Schema<"JoinPage">;
  onEdit: () => void;
}

/** The page at a glance: whether it is on, its link to hand out, whom it lets in and what it gives. */
export function JoinPageCard({ page, onEdit }: Props) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const mayManage = organization.may("manage_join_page");
  return (
    <HandOutCard
      label={t("card.label")}
      code={page.enabled && <QrCard value={page.url} label={t("card.qr")} name={`join-${page.slug}`} />}
    >
      {mayManage ? (
        <OnSwitch page={page} onEdit={onEdit} />
      ) : (
        <div>
          <StateBadge tone={page.enabled ? "ok" : "off"}>{page.enabled ? t("on") : t("off")}</StateBadge>
        </div>
      )}
      {page.enabled ? <Link page={page} /> : <Text c="dimmed">{t("card.offText")}</Text>}
      <PageFacts page={page} />
      {mayManage && (
        <div>
          <Button variant="default" leftSection={<IconSettings size={18} stroke={1.8} />} onClick={onEdit}>
            {t("settings.action")}
          </Button>
        </div>
      )}
    </HandOutCard>
  );
}

/** Switches the page; one that gives nothing yet is set first. */
function OnSwitch({ page, onEdit }: Props) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const changed = useJoinPageChanged(organization.id);
  // Only the switch changes: the settings are those of now, which somebody else may have saved.
  const current = useQuery({ ...joinPageQuery(organization.id), enabled: false });
  const command = useCommand({
    run: async (enabled: boolean) => {
      const { data } = await current.refetch({ throwOnError: true });
      return saveJoinPage(organization.id, { ...settingsOf(draftOf(data ?? page)), enabled });
    },
    onDone: (saved) => toastDone(saved.enabled ? t("settings.doneOn") : t("settings.doneOff")),
    onSettled: changed,
  });
  return (
    <Stack gap="sm">
      <Switch
        size="md"
        label={page.enabled ? t("on") : t("off")}
        checked={command.isPending ? command.variables : page.enabled}
        disabled={command.isPending}
        onChange={(event) => {
          const enabled = event.currentTarget.checked;
          if (enabled && !givesAnything(page)) onEdit();
          else command.mutate(enabled);
        }}
      />
      <ProblemAlert error={command.error} />
    </Stack>
  );
}

function Link({ page }: { page: Schema<"JoinPage"> }) {
  const { t } = useTranslation("join-page");
  return (
    <Group gap="sm">
      <Anchor href={page.url} target="_blank" rel="noreferrer" fw={600} className={classes.address}>
        {page.url}
      </Anchor>
      <CopyButton value={page.url} label={t("card.copy")} />
    </Group>
  );
}

function PageFacts({ page }: { page: Schema<"JoinPage"> }) {
  const { t } = useTranslation("join-page");
  const domains = page.domains ?? [];
  const addresses = page.addresses ?? [];
  return (
    <Facts>
      <Fact name={t("card.gives")}>
        <GivesText page={page} />
      </Fact>
      <Fact name={t("card.who")}>
        {domains.length === 0 && addresses.length === 0 && t("card.everybody")}
        {domains.join(", ")}
        {domains.length > 0 && addresses.length > 0 && ", "}
        {addresses.length > 0 && t("card.addresses", { count: addresses.length })}
      </Fact>
      <Fact name={t("card.approval")}>{page.approval ? t("card.byManager") : t("card.atOnce")}</Fact>
      <Fact name={t("settings.whenFull")}>{t(`whenFull.${page.when_full ?? "refuse"}`)}</Fact>
      {page.language && (
        <Fact name={t("settings.language")}>
          <span lang={page.language}>{nameOf(page.language)}</span>
        </Fact>
      )}
    </Facts>
  );
}

function GivesText({ page }: { page: Schema<"JoinPage"> }) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const licenses = useQuery(licensesQuery(organization.id));
  const group = useQuery({
    ...groupQuery(organization.id, page.group ?? ""),
    enabled: Boolean(page.group),
  });
  if (page.group) return group.data ? t("card.group", { name: group.data.name }) : "…";
  if (!givesAnything(page)) return t("card.nothing");
  const names = (licenses.data?.items ?? [])
    .filter((license) => page.licenses?.includes(license.id))
    .map((license) => license.product.name);
  return names.join(", ") || "…";
}
