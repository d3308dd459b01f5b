import { Checkbox, Radio, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import type { Schema } from "~/api/types";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { LanguageField } from "~/components/LanguageField";
import { toastDone } from "~/components/toasts";
import { useOrganization } from "~/shell/organization";
import { Conflict } from "./Conflict";
import { joinPageQuery, saveJoinPage, useJoinPageChanged } from "./queries";
import { draftOf, settingsOf } from "./settings";

interface Props {
  page: Schema<"JoinPage">;
  opened: boolean;
  onClose: () => void;
}

const FULL = ["refuse", "waiting_list"] as const satisfies Schema<"WhenFull">[];

/** All settings of the page: what it gives, to whom, and what happens when no seat is left. */
export function SettingsDialog({ page, opened, onClose }: Props) {
  const { t } = useTranslation("join-page");
  const organization = useOrganization();
  const changed = useJoinPageChanged(organization.id);
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(page));
  const [known, setKnown] = useState(page);
  const [theirs, setTheirs] = useState<typeof page | null>(null);
  const [wasOpened, setWasOpened] = useState(opened);
  const begin = (from: typeof page) => {
    setKnown(from);
    setTheirs(null);
    setDraft(draftOf(from));
  };
  if (opened !== wasOpened) {
    // Each opening begins with the settings of then; what is loaded meanwhile takes nothing from the form.
    setWasOpened(opened);
    begin(page);
  }
  const save = async () => {
    try {
      return await saveJoinPage(organization.id, settingsOf(draft));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "join_page_changed") throw error;
      const now = await client.fetchQuery({ ...joinPageQuery(organization.id), staleTime: 0 });
      setTheirs(now);
      // Saved again, the form replaces what the person was told of, and nothing that was saved after that.
      setDraft((before) => ({ ...before, version: now.version }));
      throw new ApiProblem(
        409,
        "stale",
        t("stale.title"),
        t("stale.detail"),
        t("stale.nextAction"),
        [],
        null,
        error.requestId,
        error.facts,
      );
    }
  };
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  const prefix = page.url.slice(0, page.url.lastIndexOf("/") + 1).replace(/^https?:\/\//, "");
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("settings.title")}
      submitLabel={t("settings.submit")}
      size="lg"
      fields={["slug", "licenses", "group", "domains", "addresses", "when_full", "language"]}
      submit={save}
      onDone={(saved) => {
        toastDone(saved.enabled ? t("settings.doneOn") : t("settings.doneOff"));
        // Opened again at once, the form begins with what was just saved.
        client.setQueryData(joinPageQuery(organization.id).queryKey, saved);
        void changed();
      }}
    >
      {(reasonFor, forget) => (
        <>
          {theirs && (
            <Conflict
              before={known}
              theirs={theirs}
              onTakeTheirs={() => {
                begin(theirs);
                forget();
              }}
            />
          )}
          <Switch
            label={t("settings.enabled")}
            description={t("settings.enabledHint")}
            checked={draft.enabled}
            onChange={(event) => set({ enabled: event.currentTarget.checked })}
          />
          <GivesField
            label={t("settings.gives")}
            description={t("settings.givesHint")}
            organization={organization.id}
            value={draft.gives}
            onChange={(gives) => set({ gives })}
            error={reasonFor("licenses") ?? reasonFor("group")}
          />
          <TextInput
            label={t("settings.slug")}
            description={t("settings.slugHint", { address: prefix + draft.slug })}
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            value={draft.slug}
            onChange={(event) => set({ slug: event.currentTarget.value })}
            error={reasonFor("slug")}
          />
          <Textarea
            label={t("settings.domains")}
            description={t("settings.domainsHint")}
            autosize
            minRows={1}
            maxRows={6}
            spellCheck={false}
            value={draft.domains}
            onChange={(event) => set({ domains: event.currentTarget.value })}
            error={reasonFor("domains")}
          />
          <Textarea
            label={t("settings.addresses")}
            description={t("settings.addressesHint")}
            autosize
            minRows={1}
            maxRows={6}
            spellCheck={false}
            value={draft.addresses}
            onChange={(event) => set({ addresses: event.currentTarget.value })}
            error={reasonFor("addresses")}
          />
          <Checkbox
            label={t("settings.approval")}
            description={t("settings.approvalHint")}
            checked={draft.approval}
            onChange={(event) => set({ approval: event.currentTarget.checked })}
          />
          <Radio.Group
            name="when-full"
            label={t("settings.whenFull")}
            value={draft.whenFull}
            onChange={(value) => set({ whenFull: value as Schema<"WhenFull"> })}
            error={reasonFor("when_full")}
          >
            <Stack gap="xs" mt={6}>
              {FULL.map((one) => (
                <Radio key={one} value={one} label={t(`whenFull.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <LanguageField
            value={draft.language}
            onChange={(language) => set({ language })}
            error={reasonFor("language")}
          />
        </>
      )}
    </FormDialog>
  );
}
