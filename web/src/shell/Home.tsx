import { Anchor, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { session } from "~/api/session";
import { useIdentity } from "./identity";
import { lastOrganization } from "./lastOrganization";
import { MessageScreen } from "./MessageScreen";
import { Redirect } from "./Redirect";

/** Lead to the organization that the person was in last, else to the first one, else to the operators' area. */
export function Home() {
  const { person, organizations } = useIdentity();
  const last = lastOrganization.read();
  const organization = organizations.find((one) => one.id === last) ?? organizations[0];
  if (organization) return <Redirect to={`/organizations/${organization.id}`} />;
  if (person.operator) return <Redirect to="/operator" />;
  return <NothingToManage email={person.email} />;
}

function NothingToManage({ email }: { email: string }) {
  const { t } = useTranslation();
  return (
    <MessageScreen title={t("nothing.title")}>
      <Stack align="center" gap="md">
        <Text>{t("nothing.text", { email })}</Text>
        <Anchor href="/learn">{t("nothing.learn")}</Anchor>
        <Button variant="default" onClick={() => void session.signOut()}>
          {t("account.signOut")}
        </Button>
      </Stack>
    </MessageScreen>
  );
}
