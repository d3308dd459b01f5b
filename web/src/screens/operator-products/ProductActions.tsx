import { ActionIcon, Menu, Text, TextInput } from "@mantine/core";
import { IconArchive, IconArrowBackUp, IconDots, IconEdit } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "~/api/client";
import { dayAfter, dayIn, now } from "~/components/dates";
import { FormDialog } from "~/components/FormDialog";
import { ProblemBeside } from "~/components/ProblemBeside";
import { toastDone } from "~/components/toasts";
import { useCommand } from "~/components/useCommand";
import { useOpening } from "~/components/useOpening";
import { type Product, useProductsChanged } from "./product";

/** What can be done with a product: change its name and address, retire it, and take that back. */
export function ProductActions({ product }: { product: Product }) {
  const { t } = useTranslation("operator");
  const changed = useProductsChanged();
  const [dialog, setDialog] = useState<"edit" | "retire" | null>(null);
  const close = () => setDialog(null);
  const keep = useCommand({
    run: () =>
      unwrap(
        api.DELETE("/v1/operator/products/{product}/retire", { params: { path: { product: product.id } } }),
      ),
    onDone: () => toastDone(t("keep.done", { name: product.name })),
    onSettled: changed,
  });
  return (
    <>
      <ProblemBeside error={keep.error} onClose={keep.reset}>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              loading={keep.isPending}
              aria-label={t("products.actions", { name: product.name })}
            >
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog("edit")}>
              {t("edit.action")}
            </Menu.Item>
            <Menu.Item leftSection={<IconArchive size={16} />} onClick={() => setDialog("retire")}>
              {product.retires_at === null ? t("retire.action") : t("retire.move")}
            </Menu.Item>
            {product.retires_at !== null && (
              <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => keep.mutate()}>
                {t("keep.action")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      </ProblemBeside>
      <EditDialog product={product} opened={dialog === "edit"} onClose={close} />
      <RetireDialog product={product} opened={dialog === "retire"} onClose={close} />
    </>
  );
}

interface DialogProps {
  product: Product;
  opened: boolean;
  onClose: () => void;
}

function EditDialog({ product, opened, onClose }: DialogProps) {
  const { t } = useTranslation("operator");
  const changed = useProductsChanged();
  const [name, setName] = useState(product.name);
  const [url, setUrl] = useState(product.url);
  useOpening(opened, () => {
    setName(product.name);
    setUrl(product.url);
  });
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("edit.title", { name: product.name })}
      submitLabel={t("edit.submit")}
      fields={["name", "url"]}
      submit={() =>
        unwrap(
          api.PATCH("/v1/operator/products/{product}", {
            params: { path: { product: product.id } },
            body: { name, url },
          }),
        )
      }
      onDone={(saved) => {
        toastDone(t("edit.done", { name: saved.name }));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Text size="sm">{t("edit.text")}</Text>
          <TextInput
            label={t("products.name")}
            required
            withAsterisk={false}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={reasonFor("name")}
            data-autofocus
          />
          <TextInput
            label={t("products.url")}
            description={t("products.urlHint")}
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            error={reasonFor("url")}
          />
        </>
      )}
    </FormDialog>
  );
}

function RetireDialog({ product, opened, onClose }: DialogProps) {
  const { t } = useTranslation("operator");
  const changed = useProductsChanged();
  const tomorrow = dayAfter(dayIn(now(), "UTC"));
  const planned = product.retires_at ? dayIn(new Date(product.retires_at), "UTC") : "";
  const [day, setDay] = useState(planned);
  useOpening(opened, () => setDay(planned));
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t("retire.title", { name: product.name })}
      submitLabel={t("retire.action")}
      danger
      fields={["retires_on"]}
      submit={(key) =>
        unwrap(
          api.POST("/v1/operator/products/{product}/retire", {
            params: { path: { product: product.id }, header: { "Idempotency-Key": key } },
            body: { retires_on: day },
          }),
        )
      }
      onDone={() => {
        toastDone(t("retire.done", { name: product.name }));
        void changed();
      }}
    >
      {(reasonFor) => (
        <>
          <Text>{t("retire.text")}</Text>
          <TextInput
            type="date"
            label={t("retire.day")}
            description={t("retire.dayHint")}
            min={tomorrow}
            required
            withAsterisk={false}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
            error={reasonFor("retires_on")}
            data-autofocus
          />
        </>
      )}
    </FormDialog>
  );
}
