import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schema } from "~/api/types";

type Role = Schema<"Role">;

const ROLES: readonly Role[] = ["full_manager", "limited_manager"];

interface Props {
  value: Role;
  onChange: (role: Role) => void;
  error?: string;
}

/** The choice of a role, with what each may do. */
export function RoleField({ value, onChange, error }: Props) {
  const { t } = useTranslation("team");
  return (
    <Radio.Group
      name="role"
      label={t("role.label")}
      value={value}
      onChange={(role) => onChange(role as Role)}
      error={error}
    >
      <Stack gap="xs" mt={6}>
        {ROLES.map((role) => (
          <Radio key={role} value={role} label={t(`role.${role}`)} description={t(`role.of.${role}`)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
