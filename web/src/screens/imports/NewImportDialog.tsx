import { Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";
import { FileDrop } from "~/components/FileDrop";
import { FormDialog } from "~/components/FormDialog";
import { GivesField } from "~/components/gives/GivesField";
import { type Gives, givesLicense } from "~/components/gives/gives";
import { LanguageField } from "~/components/LanguageField";
import { useOrganization } from "~/shell/organization";
import { startImport } from "./queries";

const MOST_BYTES = 10 * 1024 * 1024;
const LONGEST_MESSAGE = 2000;

interface Props {
  opened: boolean;
  /** The license that is chosen at first. */
  license: string | undefined;
  onClose: () => void;
  onDone: (id: string) => void;
}

/** Takes a file, and what its rows are given that name nothing themselves; nothing is sent before it was looked at. */
export function NewImportDialog({ opened, license, onClose, onDone }: Props) {
  const { t } = useTranslation("imports");
  const organization = useOrganization();
  const [file, setFile] = useState<File | null>(null);
  const [gives, setGives] = useState<Gives>(() => givesLicense(license));
  const [start, setStart] = useState("");
  const [message, setMessage] = useState("");
  const [language, setLanguage] = useState<Schema<"Language"> | null>(null);
  const tooLarge = file !== null && file.size > MOST_BYTES;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("new.title")}
      submitLabel={t("new.submit")}
      size="lg"
      fields={["file_name", "licenses", "groups", "access_start", "message", "language"]}
      disabled={file === null || tooLarge}
      submit={(key) =>
        startImport({
          organization: organization.id,
          file: file as File,
          terms: {
            licenses: [...gives.licenses],
            groups: gives.group ? [gives.group] : [],
            access_start: start || null,
            message,
            language,
          },
          idempotencyKey: key,
        })
      }
      onDone={(id) => {
        setFile(null);
        onDone(id);
      }}
    >
      {(reasonFor) => (
        <>
          <FileDrop
            label={t("new.file")}
            hint={t("new.fileHint")}
            accept=".csv,.xlsx"
            file={file}
            onChange={setFile}
            error={tooLarge ? t("new.tooLarge") : reasonFor("file_name")}
          />
          <GivesField
            label={t("new.gives")}
            description={t("new.givesHint")}
            organization={organization.id}
            value={gives}
            onChange={setGives}
            error={reasonFor("licenses") ?? reasonFor("groups")}
          />
          <TextInput
            type="date"
            label={t("new.start")}
            description={t("new.startHint", { zone: organization.time_zone })}
            value={start}
            onChange={(event) => setStart(event.currentTarget.value)}
            error={reasonFor("access_start")}
          />
          <Textarea
            label={t("new.message")}
            description={t("new.messageHint")}
            autosize
            minRows={2}
            maxLength={LONGEST_MESSAGE}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={reasonFor("message")}
          />
          <LanguageField value={language} onChange={setLanguage} error={reasonFor("language")} />
        </>
      )}
    </FormDialog>
  );
}
