import { NativeSelect, NumberInput, Select, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { type ReactNode, useId, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { SettingsFrame } from "~/components/settings/SettingsFrame";
import { useSettings } from "~/components/settings/useSettings";
import { useOrganization } from "~/shell/organization";
import { LANGUAGES, languageName } from "./languages";
import classes from "./settings.module.css";

const LONGEST_NAME = 80;
const LONGEST_SLUG = 48;
const SHOWN_ZONES = 60;
const FIELDS = ["name", "slug", "time_zone", "language", "invite_days", "require_group"] as const;

export function GeneralForm() {
  const { t, i18n } = useTranslation("settings");
  const organization = useOrganization();
  const form = useSettings(organization);
  const { draft, set, reasonFor } = form;
  const zones = useMemo(() => zonesWith(organization.time_zone), [organization.time_zone]);
  const address = (slug: string) => `${location.host}/c/${slug}`;
  return (
    <SettingsFrame form={form} fields={FIELDS}>
      <Stack gap="lg">
        <Section title={t("organization.title")} lead={t("organization.lead")}>
          <TextInput
            label={t("name.label")}
            required
            withAsterisk={false}
            autoComplete="organization"
            maxLength={LONGEST_NAME}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={reasonFor("name")}
          />
          <div>
            <TextInput
              label={t("slug.label")}
              description={t("slug.hint", { address: address(draft.slug) })}
              required
              withAsterisk={false}
              autoComplete="off"
              spellCheck={false}
              maxLength={LONGEST_SLUG}
              value={draft.slug}
              onChange={(event) => set({ slug: event.currentTarget.value })}
              error={reasonFor("slug")}
            />
            <div role="status">
              {draft.slug !== organization.slug && (
                <Text className={classes.warning}>
                  {t("slug.warning", { address: address(organization.slug) })}
                </Text>
              )}
            </div>
          </div>
          <Select
            label={t("zone.label")}
            description={t("zone.hint")}
            data={zones}
            searchable
            limit={SHOWN_ZONES}
            withScrollArea={false}
            maxDropdownHeight={260}
            nothingFoundMessage={t("zone.nothing")}
            allowDeselect={false}
            value={draft.time_zone}
            onChange={(zone) => zone && set({ time_zone: zone })}
            error={reasonFor("time_zone")}
          />
          <NativeSelect
            label={t("language.label")}
            description={t("language.hint")}
            data={LANGUAGES.map((one) => ({ value: one, label: languageName(one, i18n.language) }))}
            value={draft.language}
            onChange={(event) => set({ language: event.currentTarget.value as Schema<"Language"> })}
            error={reasonFor("language")}
          />
        </Section>
        <Section title={t("rules.title")} lead={t("rules.lead")}>
          <NumberInput
            label={t("days.label")}
            description={t("days.hint")}
            min={1}
            max={90}
            clampBehavior="none"
            allowDecimal={false}
            allowNegative={false}
            required
            withAsterisk={false}
            styles={{ wrapper: { maxWidth: "10rem" } }}
            value={draft.invite_days}
            onChange={(days) => set({ invite_days: days })}
            error={reasonFor("invite_days")}
          />
          <Switch
            label={t("group.label")}
            description={t("group.hint")}
            checked={draft.require_group}
            onChange={(event) => set({ require_group: event.currentTarget.checked })}
            error={reasonFor("require_group")}
          />
        </Section>
      </Stack>
    </SettingsFrame>
  );
}

/** All time zones that the browser knows, and the present one in any case. */
const zonesWith = (zone: string): string[] =>
  [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC", zone])].sort();

interface SectionProps {
  title: string;
  lead: string;
  children: ReactNode;
}

function Section({ title, lead, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <div>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      </div>
      <div className={classes.fields}>{children}</div>
    </section>
  );
}
