import { Button, Group, Input, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "~/api/problems";
import { isOfThisOrigin } from "~/shell/OrganizationMark";
import { FileDrop } from "../FileDrop";
import { ProblemAlert } from "../ProblemAlert";
import classes from "./LogoField.module.css";
import { faultOf, LOGO_TYPES, type LogoDraft, pictureOf } from "./logo";

interface Props {
  /** The logo as it is saved; empty for none. */
  saved: string;
  value: LogoDraft;
  onChange: (logo: LogoDraft) => void;
  error: unknown;
}

/** The address of the picture that a logo is shown by; empty for none, and for one that lies elsewhere. */
export function shownLogo(saved: string, logo: LogoDraft): string {
  if (logo.kind === "removed") return "";
  if (logo.kind === "new") return logo.picture;
  return saved && isOfThisOrigin(saved) ? saved : "";
}

/** A field for the logo: it is dropped or chosen, checked at once, shown as it will be, and saved with the form. */
export function LogoField({ saved, value, onChange, error }: Props) {
  const { t } = useTranslation("settings-form");
  const [fault, setFault] = useState<"type" | "size" | "broken" | null>(null);
  const shown = shownLogo(saved, value);
  const take = async (file: File) => {
    const found = faultOf(file);
    setFault(found);
    if (found) return;
    try {
      onChange({ kind: "new", file, picture: await pictureOf(file) });
    } catch {
      setFault("broken");
    }
  };
  const refused = error instanceof ApiProblem && /logo/.test(error.code) ? error : null;
  return (
    <Input.Wrapper label={t("logo.label")} description={t("logo.hint")} labelElement="div">
      <div className={classes.field}>
        {shown && (
          <div className={classes.shown}>
            <img src={shown} alt={t("logo.alt")} />
            <Group gap="xs">
              <Button
                variant="default"
                size="xs"
                leftSection={<IconTrash size={15} />}
                onClick={() => onChange(saved ? { kind: "removed" } : { kind: "kept" })}
              >
                {t("logo.remove")}
              </Button>
              {value.kind !== "kept" && saved && (
                <Button variant="default" size="xs" onClick={() => onChange({ kind: "kept" })}>
                  {t("logo.back")}
                </Button>
              )}
            </Group>
          </div>
        )}
        {!shown && saved && value.kind === "kept" && (
          <Group gap="sm">
            <Text size="sm">{t("logo.elsewhere", { address: saved })}</Text>
            <Button variant="default" size="xs" onClick={() => onChange({ kind: "removed" })}>
              {t("logo.remove")}
            </Button>
          </Group>
        )}
        {!shown && value.kind === "removed" && (
          <Group gap="sm">
            <Text size="sm">{t("logo.removed")}</Text>
            <Button variant="default" size="xs" onClick={() => onChange({ kind: "kept" })}>
              {t("logo.back")}
            </Button>
          </Group>
        )}
        <FileDrop
          label={t("logo.drop")}
          hint={t("logo.kinds")}
          accept={LOGO_TYPES.join(",")}
          file={value.kind === "new" ? value.file : null}
          onChange={(file) => void take(file)}
          error={fault ? t(`logo.fault.${fault}`) : undefined}
        />
        <ProblemAlert error={refused} />
      </div>
    </Input.Wrapper>
  );
}
