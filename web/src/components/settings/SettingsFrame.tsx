import { Button, Group, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../ConfirmDialog";
import { ProblemAlert } from "../ProblemAlert";
import classes from "./SettingsFrame.module.css";
import type { SettingsForm } from "./useSettings";
import type { Setting } from "./values";

interface Props {
  form: SettingsForm;
  /** The settings that are shown, beside which the reasons of a refusal stand. */
  fields: readonly Setting[];
  children: ReactNode;
}

/** A form of settings: it is saved by a bar that shows once something has changed, and is not left by accident. */
export function SettingsFrame({ form, fields, children }: Props) {
  const { t } = useTranslation("settings-form");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (form.isDirty) form.save();
      }}
    >
      {children}
      {(form.isDirty || form.isSaving) && (
        <section className={classes.bar} aria-label={t("bar.label")}>
          <Stack gap="sm">
            <ProblemAlert error={form.error} besideFields={fields} />
            <Group justify="space-between" gap="sm">
              <Text size="sm" fw={550}>
                {t("bar.unsaved")}
              </Text>
              <Group gap="sm">
                <Button variant="default" onClick={form.discard} disabled={form.isSaving}>
                  {t("bar.discard")}
                </Button>
                <Button type="submit" loading={form.isSaving}>
                  {t("bar.save")}
                </Button>
              </Group>
            </Group>
          </Stack>
        </section>
      )}
      <Unsaved isDirty={form.isDirty && !form.isSaving} />
    </form>
  );
}

/** Asks before what was entered is lost. */
function Unsaved({ isDirty }: { isDirty: boolean }) {
  const { t } = useTranslation("settings-form");
  const blocker = useBlocker({
    // Another address of the same screen, such as that of a dialog, keeps the form.
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title={t("leave.title")}
      confirmLabel={t("leave.action")}
      danger
      confirm={async () => blocker.proceed?.()}
    >
      {t("leave.text")}
    </ConfirmDialog>
  );
}
