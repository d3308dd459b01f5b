import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

/** The id of the order that is carried out: one is never carried out twice. */
export function OrderField({ value, onChange, error }: Props) {
  const { t } = useTranslation("operator");
  return (
    <TextInput
      label={t("order.label")}
      description={t("order.hint")}
      required
      withAsterisk={false}
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={error}
    />
  );
}
